# What is stored outlives the server's version.  Databases with SV_SUMMARIES
# (1000) rows of summaries of each type, and with views, materialized views,
# functions and indexes on them, go through pg_dump and pg_restore and through
# pg_upgrade from each installed version of the server to the next, or to itself
# if there is only one.  Every table and view is then the same, byte by byte.
#
# Each file in test/kept makes such a database.
use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use File::Compare;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $n = $ENV{SV_SUMMARIES} // 1000;
note "SV_SUMMARIES=$n";

my $top = abs_path("$FindBin::RealBin/../..");
my $folder = PostgreSQL::Test::Utils::tempdir();
my @contents = glob "$top/test/kept/*.sql";
my @databases = map { basename($_, '.sql') } @contents;

# The servers that are here and can be built for; the extension is built for the
# one that runs this test.
my $own = qx(pg_config --bindir) =~ s/\s+$//r;
my @servers = sort { version($a) <=> version($b) }
  grep { version($_) >= 15 && -x "$_/bin/postgres" && -e "$_/lib/pgxs/src/makefiles/pgxs.mk" } glob '/usr/lib/postgresql/*';
sub version { return ($_[0] =~ /(\d+)$/)[0] }
plan skip_all => 'skipped: only for servers of Debian packages' unless grep { $own eq "$_/bin" } @servers;

# A server of its own with the extension installed as usual: a copy of the
# programs, and links to all else, which they look for beside themselves.
# (pg_upgrade to 18 finds libraries nowhere but in $libdir.)
sub installation
{
	my ($server) = @_;
	my $v = version($server);
	my $root = "$folder/root$v";
	return "$root$server" if -d $root;

	system_or_bail('sh', '-ec', qq{
mkdir -p $root$server $root/usr/share/postgresql
cp -r $server/bin $root$server
cp -rs $server/lib $root$server
cp -rs /usr/share/postgresql/$v $root/usr/share/postgresql});
	my $built = $top;
	if ($own ne "$server/bin")
	{
		# without what is built for the other server
		$built = "$folder/built$v";
		mkdir $built;
		system_or_bail('cp', '-R', "$top/Makefile", glob("$top/*.control"), "$top/src", $built);
		system_or_bail('find', $built, '-name', '*.o', '-delete', '-o', '-name', '*.bc', '-delete');
	}
	system_or_bail('make', '-s', '-C', $built, "PG_CONFIG=$server/bin/pg_config", 'with_llvm=no', 'install', "DESTDIR=$root");
	return "$root$server";
}

my %made;
sub cluster
{
	my ($server) = @_;
	my $v = version($server);
	my $node = PostgreSQL::Test::Cluster->new("v$v" . ($made{$v}++ || ''), install_path => installation($server));
	# 18 and newer have checksums unless told otherwise, and pg_upgrade cannot add them
	$node->init(extra => [ '--locale=C', '--encoding=UTF8', $v >= 18 ? '--no-data-checksums' : () ]);
	$node->append_conf('postgresql.conf', "fsync = off\njit = off\nautovacuum = off\ntimezone = 'UTC'\n");
	return $node;
}

# -- What is kept ----------------------------------------------------------------

# All that the databases hold, in files: each relation as text and, unless it has
# arrays of summaries, in binary form.  (An array's has the number of the type.)
sub written_out
{
	my ($node, $name) = @_;
	mkdir "$folder/$name";
	foreach my $database (@databases)
	{
		my @relations = map { [ split /\|/ ] } split /\n/, $node->safe_psql($database, q{
SELECT format('%I.%I', nspname, relname),
       EXISTS (SELECT FROM pg_attribute JOIN pg_type AS t ON t.oid = atttypid WHERE attrelid = c.oid AND typcategory = 'A' AND typelem >= 16384)
FROM pg_class AS c JOIN pg_namespace AS s ON s.oid = relnamespace
WHERE relkind IN ('r', 'v', 'm', 'p') AND nspname !~ '^pg_|^information_schema$' ORDER BY 1});
		$node->safe_psql($database, join ";\n", map {
			my ($relation, $has_arrays) = @$_;
			my $file = "$folder/$name/$database." . $relation =~ s/\W/_/gr;
			my $copy = qq{COPY (SELECT t.* FROM $relation AS t ORDER BY t::text COLLATE "C") TO};
			("$copy '$file'", $has_arrays eq 't' ? () : "$copy '$file.binary' BINARY")
		} @relations);
	}
	return map { basename($_) } glob "$folder/$name/*";
}

sub same_as
{
	my ($node, $name, $what) = @_;
	my @before = glob "$folder/before/*";
	my @after = written_out($node, $name);
	is("@after", join(' ', map { basename($_) } @before), "$what: the same tables and views");
	is(join(' ', grep { compare("$folder/before/$_", "$folder/$name/$_") } @after), '', "$what: all " . @after . ' files are the same bytes');
	foreach my $database (@databases)
	{
		is($node->safe_psql($database, 'SELECT count(*) FROM pg_index WHERE NOT (indisvalid AND indisready)'), 0, "$what: $database has its indexes");
	}
	is($node->safe_psql('summaries', q{
SET enable_seqscan = off;
SELECT (SELECT count(*) FROM stored AS a JOIN stored AS b ON b.sales = a.sales AND b.id = a.id AND b.id >= 0), (SELECT agrees FROM totals)}),
		"$n|t", "$what: found by index, and it agrees");
	return;
}

my $old_server = $servers[0];
my $old = cluster($old_server);
$old->start;
foreach my $i (0 .. $#contents)
{
	$old->safe_psql('postgres', "CREATE DATABASE $databases[$i]");
	$old->safe_psql($databases[$i], 'CREATE EXTENSION salesvelocity');
	$old->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-v', "n=$n", '-d', $old->connstr($databases[$i]), '-f', $contents[$i] ], "$databases[$i] is filled");
}
my @files = written_out($old, 'before');
note "files: @files";
cmp_ok(-s "$folder/before/summaries.public_stored.binary", '>', 200 * $n, "$n rows of summaries");

# -- Dump and restore, upgrade ----------------------------------------------------

foreach my $new_server (@servers > 1 ? @servers[ 1 .. $#servers ] : @servers)
{
	my $v = version($new_server);
	my $from = $old->pg_version->major;
	my $restored = cluster($new_server);
	$restored->start;
	foreach my $database (@databases)
	{
		# the newer version's own program, as its documentation asks for
		$restored->command_ok([ 'pg_dump', '-Fc', '-f', "$folder/$database.$v", $old->connstr($database) ], "pg_dump of $database from $from by $v");
		$restored->safe_psql('postgres', "CREATE DATABASE $database");
		$restored->command_ok([ 'pg_restore', '-e', '-d', $restored->connstr($database), "$folder/$database.$v" ], "pg_restore of $database into $v");
	}
	same_as($restored, "restored$v", "dump and restore from $from to $v");
	$restored->stop;

	my $new = cluster($new_server);
	$old->stop;
	chdir $folder;
	$new->command_ok(
		[ 'pg_upgrade', '-b', installation($old_server) . '/bin', '-B', installation($new_server) . '/bin',
			'-d', $old->data_dir, '-D', $new->data_dir, '-p', $old->port, '-P', $new->port, '-s', $new->host ],
		"pg_upgrade from $from to $v")
	  or diag map { "$_:\n" . slurp_file($_) } grep { -s $_ } glob $new->data_dir . '/pg_upgrade_output.d/*/*.txt';
	$new->start;
	same_as($new, "upgraded$v", "pg_upgrade from $from to $v");
	($old, $old_server) = ($new, $new_server);
}

$old->stop;
done_testing();
