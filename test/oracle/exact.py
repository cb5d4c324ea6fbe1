"""Exact numbers, calendar days, and how an answer of the server compares with them.

An answer is the text of one column as COPY prints it, None for NULL. What is expected is exact: an int, a Fraction,
a bool, a str or None. The kind of a column says what "equal" means:

    exact     the same integer, word or truth value
    amount    the same decimal, whatever zeros stand at its end
    double    the double that is nearest to the fraction, ties to even
    numeric   the fraction, rounded half away from zero where the printed digits end, and 16 digits at least
    trimmed   the same, without the zeros at the end
    near      12 digits are right: what the documentation says of curves, compounding and discounting
    root      the square root of the fraction, to 12 digits
    units     3 units of the last decimal away at most, whose number is printed behind it, or 34 digits are right
    (key)     which row it is; compared, but not counted
"""
import math
from datetime import date, timedelta
from fractions import Fraction

EPOCH = date(2000, 1, 1)
USECS_PER_DAY = 86_400_000_000


def day(year, month, mday):
    """Days since 2000-01-01."""
    return (date(year, month, mday) - EPOCH).days


def iso(number):
    """A number of days as the server prints the date."""
    return (EPOCH + timedelta(number)).isoformat()


def instant(usecs):
    """Microseconds since 2000-01-01 00:00 UTC as a timestamptz."""
    days, rest = divmod(usecs, USECS_PER_DAY)
    seconds, usecs = divmod(rest, 1_000_000)
    return '%s %02d:%02d:%02d.%06d+00' % (iso(days), seconds // 3600, seconds // 60 % 60, seconds % 60, usecs)


def ratio(numerator, denominator):
    """NULL without a denominator."""
    return Fraction(numerator) / denominator if denominator else None


def rank(fraction, count):
    """Which one in order percentile_disc takes: a double times a number, rounded up."""
    return max(1, math.ceil(fraction * count))


def percentile_disc(fraction, values):
    return sorted(values)[rank(fraction, len(values)) - 1] if values else None


def rounded(value, decimals):
    """value * 10^decimals as an integer, half away from zero."""
    scaled = abs(value) * 10 ** decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return -whole if value < 0 else whole


def is_numeric(text, value, digits_wanted=16):
    if 'e' in text or text in ('NaN', 'Infinity', '-Infinity'):
        return False
    decimals = len(text.partition('.')[2])
    digits = int(text.replace('.', ''))
    if digits != rounded(value, decimals):
        return False
    return Fraction(digits, 10 ** decimals) == value or len(str(abs(digits))) >= digits_wanted


def is_near(text, value, power=1):
    return abs(Fraction(text) ** power - value) <= power * abs(value) / 10 ** 12


def is_within_units(text, value):
    text, decimals = text.split()
    return abs(Fraction(text) - value) <= max(Fraction(3, 10 ** int(decimals)), abs(value) / 10 ** 34)


def is_double(text, value):
    # the reading of a decimal is correctly rounded on every machine, int / int is not on 32-bit ones; zero has no sign
    nearest = float('%de-400' % (value.numerator * 10 ** 400 // value.denominator))
    return float(text) == nearest and text != '-0'


COMPARE = {
    'exact': lambda text, value: text == {True: 't', False: 'f'}.get(value, str(value)) if isinstance(value, bool)
    else text == str(value),
    'amount': lambda text, value: Fraction(text) == value,
    'double': lambda text, value: is_double(text, Fraction(value)),
    'numeric': lambda text, value: is_numeric(text, Fraction(value)),
    'trimmed': lambda text, value: is_numeric(text, Fraction(value), 10),
    'near': lambda text, value: is_near(text, Fraction(value)),
    'root': lambda text, value: is_near(text, Fraction(value), 2),
    'units': is_within_units,
}


def agrees(kind, text, value):
    if text is None or value is None:
        return text is value
    try:
        return COMPARE[kind.strip('()')](text, value)
    except ValueError:
        return False


class Query:
    """Rows of answers, and the rows that are expected, in the same order.

    columns: a list of (kind, SQL); the first ones are keys. source: FROM ... ORDER BY. expected: a function that
    yields lists of values.
    """

    def __init__(self, name, columns, source, expected):
        self.name = name
        self.kinds = [kind for kind, _ in columns]
        self.labels = [sql for _, sql in columns]
        self.sql = 'SELECT %s %s' % (', '.join(self.labels), source)
        self.expected = expected


def table(name, columns, rows):
    """SQL that makes a table; a value is its text, or None."""
    lines = ['\t'.join('\\N' if value is None else str(value) for value in row) for row in rows]
    return 'CREATE TABLE %s (%s);\nCOPY %s FROM stdin;\n%s\n\\.\nANALYZE %s;\n' % (
        name, columns, name, '\n'.join(lines), name) if lines else 'CREATE TABLE %s (%s);\n' % (name, columns)


def random_numeric(rng):
    """An amount as text, of one of many forms, and its value: None if it is missing."""
    form = rng.random()
    if form < 0.04:
        return rng.choice([None, 'NaN', 'Infinity', '-Infinity']), None
    if form < 0.5:
        text = '%d.%02d' % (rng.randrange(10 ** rng.randrange(1, 7)), rng.randrange(100))
    elif form < 0.7:
        text = str(rng.randrange(10 ** rng.choice([2, 4, 6, 12, 30])))
    elif form < 0.95:
        text = '%d.%s' % (rng.randrange(10 ** rng.choice([1, 3, 12])),
                          ''.join(rng.choice('0123456789') for _ in range(rng.randrange(1, 21))))
    else:
        text = rng.choice(['0', '0.00', '0.00000001', '0.000000001', '92233720368.54775807', '9999999999.99999999',
                           '10000000000000000000000000000', '9999999999999999999999999999.99999999'])
    if rng.random() < 0.1:
        text = '-' + text
    return text, Fraction(text)


def random_double(rng):
    """The same as a double, whose value is that of its shortest decimal."""
    form = rng.random()
    if form < 0.04:
        return rng.choice([None, 'NaN', 'Infinity', '-Infinity']), None
    if form < 0.6:
        number = round(rng.random() * 10 ** rng.randrange(1, 8), 2)
    elif form < 0.9:
        number = rng.random() * 10.0 ** rng.randrange(-20, 20)
    else:
        number = rng.choice([0.1, 0.3, 0.0, 1e15, 1e22, 9007199254740993.0, 9.995, 1e-9, 123456.785])
    if 2 * abs(Fraction(repr(number)) - Fraction(number)) == Fraction(math.ulp(number)):
        # halfway to the next double: Python takes this decimal for it, the server prints one digit more
        return random_double(rng)
    if rng.random() < 0.1:
        number = -number
    return repr(number), Fraction(repr(number))


def random_size(rng):
    """How many rows a set has."""
    return rng.choice([0, 1, 2, 3, 5, 8, 12, 20])
