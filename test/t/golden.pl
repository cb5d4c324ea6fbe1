# Summaries that earlier versions stored: each type's file in test/data/golden has
# their bytes and their text.  The bytes are read and come out as they were, the
# text is theirs, and either form is read as the other.  So no later version may
# change a line there; a new format adds some.
use strict;
use warnings;

use File::Spec;
use FindBin;
use lib "$FindBin::Bin/../lib";
use PostgreSQL::Test::Utils;
use SalesVelocityTest qw(start_server);
use Test::More;

my $node = start_server();
$node->safe_psql('postgres', 'CREATE EXTENSION salesvelocity');

my $folder = File::Spec->rel2abs(PostgreSQL::Test::Utils::tempdir());
chmod 0755, $folder;
my @types = split /\n/, $node->safe_psql('postgres', q{
SELECT typname FROM pg_depend JOIN pg_type AS t ON classid = 'pg_type'::regclass AND objid = t.oid
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND typname LIKE '%\_summary' AND typelem = 0 ORDER BY typname});
cmp_ok(@types, '>=', 5, "types: @types");

foreach my $type (@types)
{
	my @golden = map { [ split /\t/ ] } grep { !/^#/ } split /\n/, slurp_file("$FindBin::Bin/../data/golden/$type.tsv");
	my $file = "$folder/$type.copy";
	open my $copy, '>:raw', $file or die $!;
	print $copy "PGCOPY\n\377\r\n\0", pack('N N', 0, 0);
	print $copy pack('n N N N/a', 2, 4, $_, pack 'H*', $golden[$_][1]) foreach 0 .. $#golden;
	print $copy pack('n', 65535);
	close $copy;
	$node->safe_psql('postgres', "CREATE TABLE golden_$type (n int, s $type); COPY golden_$type FROM '$file' BINARY");

	my @stored = map { [ split /\t/ ] } split /\n/, $node->safe_psql('postgres', qq{
COPY (SELECT encode(${type}_send(s), 'hex'), s, encode(${type}_send(s::text::$type), 'hex'), encode(${type}_send(s::jsonb::$type), 'hex'),
             encode(${type}_send(s + '{"version":1}'), 'hex')
      FROM golden_$type ORDER BY n) TO STDOUT});
	cmp_ok(@golden, '>=', 4, "$type: " . @golden . ' values');
	is(@stored, @golden, "$type: all are read");
	foreach my $n (0 .. $#golden)
	{
		my ($what, $bytes, $text) = @{ $golden[$n] };
		is(join("\n", @{ $stored[$n] }), join("\n", $bytes, $text, ($bytes) x 3), "$type: $what");
	}
}

$node->stop;
done_testing();
