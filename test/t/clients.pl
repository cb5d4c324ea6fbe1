# As a BI tool does: psycopg2 and JDBC list the KPI views with their columns and
# comments, and read every one of them as plain types.  JDBC knows no sockets of the
# file system, so its program brings a class for them.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(demo_crm sql start_server);
use Test::More;

my $jar = '/usr/share/java/postgresql.jar';
my $has_python = -x '/usr/bin/python3' && system('/usr/bin/python3 -c "import psycopg2" 2>/dev/null') == 0;
my $has_java = -e $jar && system('javac -version >/dev/null 2>&1') == 0;
plan skip_all => 'neither python3-psycopg2 nor libpostgresql-jdbc-java with a JDK is installed' unless $has_python || $has_java;

my $node = start_server("client_min_messages = warning\n");

sql('CREATE SCHEMA sv; CREATE EXTENSION salesvelocity SCHEMA sv');
demo_crm('postgres', scale => 0.02);
sql(q{CALL sv.create_kpi_views('kpi', '{"materialized": true}');
CREATE ROLE bi LOGIN; GRANT USAGE ON SCHEMA kpi TO bi; GRANT SELECT ON ALL TABLES IN SCHEMA kpi TO bi});

# What a client has to say: a line for each view with its columns, comments, rows and
# values that are not NULL.
my $expected = join "\n", sort map {
	my $view = $_;
	my ($columns) = sql("SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'kpi.$view'::regclass AND attnum > 0");
	my $values = join ' + ', map { "count($_)" } split /, /, $columns;
	sql("SELECT '$view columns ' || " . scalar(split /, /, $columns) . " || ' commented ' || " . scalar(split /, /, $columns) . " || ' rows ' || count(*) || ' values ' || $values FROM kpi.$view")
} split /\n/, sql(q{SELECT relname FROM pg_class WHERE relnamespace = 'kpi'::regnamespace AND relname ~ '^(sales|activity|prospecting|targets|company)_(daily|weekly|monthly)'});
is(scalar(split /\n/, $expected), 25, 'there are 25 views');

sub says
{
	my ($client, @command) = @_;
	my ($out, $err);
	IPC::Run::run(\@command, '>', \$out, '2>', \$err);
	is(join("\n", sort split /\n/, $out), $expected, "$client lists and reads every view") or diag($err);
	return;
}

SKIP:
{
	skip 'python3-psycopg2 is not installed', 1 unless $has_python;
	says('psycopg2', '/usr/bin/python3', '-c', <<'END', $node->connstr('postgres') . ' user=bi');
import datetime, decimal, psycopg2, sys
types = {'date': datetime.date, 'text': str, 'boolean': bool, 'bigint': int, 'integer': int, 'numeric': decimal.Decimal, 'double precision': float}
cursor = psycopg2.connect(sys.argv[1]).cursor()
cursor.execute("""SELECT c.table_name, array_agg(c.data_type::text ORDER BY ordinal_position),
       count(col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, ordinal_position))
FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE table_schema = 'kpi' AND table_type = 'VIEW' GROUP BY 1""")
for view, column_types, commented in cursor.fetchall():
    if not view.startswith(('sales_', 'activity_', 'prospecting_', 'targets_', 'company_')):
        continue
    cursor.execute('SELECT * FROM kpi.' + view)
    rows = cursor.fetchall()
    values = 0
    for row in rows:
        for value, data_type in zip(row, column_types):
            if value is not None:
                assert type(value) is types[data_type], (view, data_type, value)
                values += 1
    print(view, 'columns', len(column_types), 'commented', commented, 'rows', len(rows), 'values', values)
END
}

SKIP:
{
	skip 'libpostgresql-jdbc-java or a JDK is not installed', 1 unless $has_java;
	my $folder = PostgreSQL::Test::Utils::tempdir();
	open my $source, '>', "$folder/Reader.java";
	print $source <<'END';
import java.io.*;
import java.net.*;
import java.nio.channels.*;
import java.sql.*;
import java.util.*;

public class Reader
{
	/* a socket of the file system, as far as the driver needs one */
	public static class UnixSocket extends Socket
	{
		private final String path;
		private SocketChannel channel;
		UnixSocket(String path) { this.path = path; }
		@Override public void connect(SocketAddress ignored, int timeout) throws IOException { channel = SocketChannel.open(UnixDomainSocketAddress.of(path)); }
		@Override public void connect(SocketAddress ignored) throws IOException { connect(ignored, 0); }
		@Override public InputStream getInputStream() { return Channels.newInputStream(channel); }
		@Override public OutputStream getOutputStream() { return Channels.newOutputStream(channel); }
		@Override public boolean isConnected() { return channel != null; }
		@Override public boolean isClosed() { return channel != null && !channel.isOpen(); }
		@Override public void close() throws IOException { if (channel != null) channel.close(); }
		@Override public void setTcpNoDelay(boolean on) { }
		@Override public void setKeepAlive(boolean on) { }
		@Override public void setSoTimeout(int timeout) { }
		@Override public int getSoTimeout() { return 0; }
		@Override public int getSendBufferSize() { return 8192; }
		@Override public int getReceiveBufferSize() { return 8192; }
	}

	public static class Factory extends javax.net.SocketFactory
	{
		private final String path;
		public Factory(String path) { this.path = path; }
		@Override public Socket createSocket() { return new UnixSocket(path); }
		@Override public Socket createSocket(String host, int port) { return createSocket(); }
		@Override public Socket createSocket(String host, int port, InetAddress from, int fromPort) { return createSocket(); }
		@Override public Socket createSocket(InetAddress host, int port) { return createSocket(); }
		@Override public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) { return createSocket(); }
	}

	public static void main(String[] args) throws Exception
	{
		Properties properties = new Properties();
		properties.setProperty("user", "bi");
		properties.setProperty("socketFactory", "Reader$Factory");
		properties.setProperty("socketFactoryArg", args[0]);
		Map<Integer, Class<?>> types = Map.of(Types.DATE, java.sql.Date.class, Types.VARCHAR, String.class, Types.BIT, Boolean.class, Types.BIGINT, Long.class,
				Types.INTEGER, Integer.class, Types.NUMERIC, java.math.BigDecimal.class, Types.DOUBLE, Double.class);
		try (Connection connection = DriverManager.getConnection("jdbc:postgresql://localhost/postgres", properties))
		{
			DatabaseMetaData metadata = connection.getMetaData();
			ResultSet views = metadata.getTables(null, "kpi", "%", new String[] {"VIEW"});
			while (views.next())
			{
				String view = views.getString("TABLE_NAME");
				if (!view.matches("(sales|activity|prospecting|targets|company)_.*"))
					continue;
				List<Class<?>> classes = new ArrayList<>();
				int commented = 0, rows = 0, values = 0;
				ResultSet columns = metadata.getColumns(null, "kpi", view, "%");
				while (columns.next())
				{
					classes.add(types.get(columns.getInt("DATA_TYPE")));
					if (columns.getString("REMARKS") != null)
						commented++;
				}
				ResultSet row = connection.createStatement().executeQuery("SELECT * FROM kpi." + view);
				for (; row.next(); rows++)
					for (int i = 0; i < classes.size(); i++)
						if (row.getObject(i + 1) != null)
						{
							classes.get(i).cast(row.getObject(i + 1));
							values++;
						}
				System.out.println(view + " columns " + classes.size() + " commented " + commented + " rows " + rows + " values " + values);
			}
		}
	}
}
END
	close $source;
	command_ok([ 'javac', '-d', $folder, "$folder/Reader.java" ], 'the program for JDBC compiles');
	says('JDBC', 'java', '-Xmx256m', '-cp', "$folder:$jar", 'Reader', $node->host . '/.s.PGSQL.' . $node->port);
}

$node->stop;
done_testing();
