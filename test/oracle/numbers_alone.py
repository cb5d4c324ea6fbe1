"""What needs no rows: formulas on numbers, targets, working days and periods; and shares of rows."""
from datetime import date, timedelta
from fractions import Fraction

from customers import expected_periods
from exact import EPOCH, Query, day, iso, ratio, table
from meetings_and_leads import working_days


def positive(numerator, denominator):
    """NULL unless the denominator is positive."""
    return Fraction(numerator) / denominator if denominator > 0 else None


def decimal(rng, signed=False):
    text = '%d.%s' % (rng.randrange(10 ** rng.randrange(1, 9)), ''.join(rng.choice('0123456789') for _ in range(rng.randrange(1, 7))))
    if rng.random() < 0.08:
        text = rng.choice(['0', '0.000'])
    return ('-' if signed and rng.random() < 0.2 else '') + text


def share_of(rng):
    return repr(rng.choice([round(rng.random(), rng.randrange(1, 6)), rng.random(), 1.0, 0.0]))


def weekday(number):
    return (EPOCH.weekday() + number) % 7 + 1


# -- Formulas -------------------------------------------------------------------

# columns: bigints m, n; numerics a to d; doubles p, q; integer h
def formulas():
    f = Fraction
    for name in ('share', 'hit_ratio', 'bounce_ratio', 'open_ratio', 'reply_ratio', 'connect_ratio'):
        yield 'double', name + '(m, n)', lambda r: ratio(r['m'], r['n'])
    yield 'double', 'meeting_hit_ratio(m, n)', lambda r: ratio(r['n'], r['m'])
    yield 'double', 'activities_per_day(m, h)', lambda r: ratio(r['m'], r['h'])
    yield 'numeric', 'avg_deal_size(a, n)', lambda r: ratio(r['a'], r['n'])
    yield 'numeric', 'sales_velocity(m, c, a, b)', lambda r: ratio(r['m'] * r['c'] * r['a'], r['b'])
    yield 'double', 'lead_velocity_rate(m, n)', lambda r: ratio(r['m'] - r['n'], r['n'])
    yield 'double', 'attainment(a, b)', lambda r: ratio(r['a'], r['b'])
    yield 'double', 'pipeline_coverage(a, b, c)', lambda r: ratio(r['a'], r['b'] - r['c']) if r['b'] > r['c'] else None
    yield 'numeric', 'cac(a, b)', lambda r: ratio(r['a'], r['b'])
    yield 'numeric', 'revenue_per_lead(a, b)', lambda r: ratio(r['a'], r['b'])
    yield 'double', 'ltv_cac_ratio(a, b)', lambda r: positive(r['a'], r['b'])
    yield 'double', 'cac_payback_months(a, b, p)', lambda r: positive(r['a'], r['b'] * f(r['p']))
    yield 'double', 'magic_number(a, b, c, h + 1)', lambda r: positive((r['a'] - r['b']) * (r['h'] + 1), r['c'])
    yield 'double', 'net_revenue_retention(a, b, c, d)', lambda r: positive(r['a'] + r['b'] - r['c'] - r['d'], r['a'])
    yield 'double', 'gross_revenue_retention(a, c, d)', lambda r: positive(r['a'] - r['c'] - r['d'], r['a'])
    yield 'numeric', 'ltv(a, p, q)', lambda r: positive(r['a'] * f(r['p']), f(r['q']))
    yield 'near', 'ltv(a, p, q, h)', lambda r: r['a'] * f(r['p']) * expected_periods(f(r['q']), r['h'], 0)
    yield 'near', 'ltv(a, p, q, h, 0.01)', lambda r: r['a'] * f(r['p']) * expected_periods(f(r['q']), r['h'], f('0.01'))


def formula_table(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        row = [rng.choice([0, rng.randrange(20), rng.randrange(10 ** 15)]) for _ in range(2)]
        row += [decimal(rng) for _ in range(4)] + [share_of(rng), share_of(rng), rng.randrange(40)]
        columns.append([ds] + row)
        data.append(dict(zip('mnabcdpqh', row[:2] + [Fraction(text) for text in row[2:6]] + row[6:])))
    yield table('formula', 'ds int, m bigint, n bigint, a numeric, b numeric, c numeric, d numeric, p double precision, '
                'q double precision, h int', columns)
    every = list(formulas())
    yield Query('formulas on numbers', [('(exact)', 'ds')] + [f[:2] for f in every], 'FROM formula ORDER BY ds',
                lambda: ([ds] + [value(row) for _, _, value in every] for ds, row in enumerate(data)))


# -- Targets and working days ---------------------------------------------------

def targets(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        first = day(2024, 1, 1) + rng.randrange(300)
        last = first + rng.choice([0, -3, 1, 7, 30, 91, 366])
        on_day = first + rng.randrange(-5, 100)
        holidays = [first + rng.randrange(-3, 40) for _ in range(rng.randrange(6))]
        weekend = rng.sample(range(1, 8), rng.choice([0, 1, 2, 2, 3, 7]))
        texts = decimal(rng, True), decimal(rng, True)
        columns.append((ds, *texts, iso(on_day), iso(first), iso(last), '{%s}' % ','.join(map(iso, holidays)),
                        '{%s}' % ','.join(map(str, weekend))))
        data.append((*map(Fraction, texts), on_day, first, last, holidays, weekend))

    def expected():
        for ds, (target, actual, on_day, first, last, holidays, weekend) in enumerate(data):
            every = working_days(first, last, holidays, weekend)
            over = working_days(first, min(on_day + 1, last), holidays, weekend)
            left = working_days(on_day + 1, last, holidays, weekend)
            yield [ds, every if first <= last else -working_days(last, first, holidays, weekend),
                   ratio(target * over, every), actual * every >= target * over if every else None, ratio(target - actual, left)]
    yield table('target', 'ds int, target numeric, actual numeric, on_day date, first date, last date, holidays date[], '
                'weekend int[]', columns)
    yield Query('targets and working days',
                [('(exact)', 'ds'), ('exact', 'working_days(first, last, holidays, weekend)'),
                 ('numeric', 'pace(target, on_day, first, last, holidays, weekend)'),
                 ('exact', 'on_track(actual, target, on_day, first, last, holidays, weekend)'),
                 ('numeric', 'required_per_day(target, actual, on_day, last, holidays, weekend)')],
                'FROM target ORDER BY ds', expected)


# -- Periods --------------------------------------------------------------------

def period(kind, number, fiscal_start, week_start):
    """First day, and first day after it."""
    if kind == 'day':
        return number, number + 1
    if kind == 'week':
        first = number - (weekday(number) - week_start) % 7
        return first, first + 7
    at = EPOCH + timedelta(number)
    length = {'month': 1, 'quarter': 3, 'year': 12}[kind]
    since = at.year * 12 + at.month - (fiscal_start if length > 1 else 1)
    month = since - since % length + (fiscal_start if length > 1 else 1) - 1
    return tuple((date(m // 12, m % 12 + 1, 1) - EPOCH).days for m in (month, month + length))


def periods(rng, sets):
    data = [(ds, rng.choice(['day', 'week', 'month', 'quarter', 'year']),
             rng.choice([rng.randrange(-700000, 2900000), rng.randrange(8000, 10000)]), rng.randrange(1, 13), rng.randrange(1, 8))
            for ds in range(sets)]
    yield table('period', 'ds int, kind text, at date, fiscal_start int, week_start int',
                [(ds, kind, iso(at), *starts) for ds, kind, at, *starts in data])
    yield Query('periods', [('(exact)', 'ds'), ('exact', 'period_start(kind, at, fiscal_start, week_start)'),
                            ('exact', 'period_end(kind, at, fiscal_start, week_start)')], 'FROM period ORDER BY ds',
                lambda: ([ds, *map(iso, period(*row))] for ds, *row in data))


# -- Shares of rows -------------------------------------------------------------

def shares(rng, sets):
    data = [[(rng.choice([True, False, None]), rng.choice([True, True, False, None])) for _ in range(rng.randrange(1, 20))]
            for _ in range(sets)]
    text = {True: 't', False: 'f', None: None}
    yield table('email', 'ds int, done boolean, counted boolean',
                [(ds, text[done], text[counted]) for ds, rows in enumerate(data) for done, counted in rows])

    def expected():
        for ds, rows in enumerate(data):
            known = [done for done, _ in rows if done is not None]
            delivered = [done for done, counted in rows if done is not None and counted]
            yield [ds] + [ratio(sum(known), len(known))] * 3 + [ratio(sum(delivered), len(delivered))] * 2
    yield Query('shares of rows', [('(exact)', 'ds')] + [('double', sql) for sql in (
        'share(done)', 'bounce_ratio(done)', 'connect_ratio(done)', 'open_ratio(done, counted)', 'reply_ratio(done, counted)')],
        'FROM email GROUP BY ds ORDER BY ds', expected)


def make(rng, sets):
    for family in (formula_table, targets, periods, shares):
        yield from family(rng, sets)
