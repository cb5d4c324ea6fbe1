"""Customers: lifetimes, churn, what they cost and are worth."""
import calendar
from collections import Counter
from datetime import date
from fractions import Fraction

from exact import EPOCH, Query, day, iso, random_double, random_numeric, random_size, ratio, table

TODAY = day(2024, 6, 15)
MARGIN = Fraction(8, 10)


def plus_months(number, months):
    """date + interval: the same day of a later month, or its last one."""
    at = date.fromordinal(EPOCH.toordinal() + number)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return day(year, month + 1, min(at.day, calendar.monthrange(year, month + 1)[1]))


def lifetime(first, last):
    """Whole months, and the part of the one that is not over."""
    months = 0
    while plus_months(first, months + 1) <= last:
        months += 1
    begin, end = plus_months(first, months), plus_months(first, months + 1)
    return months + Fraction(last - begin, end - begin)


class Customers:
    """Rows of (started, ended, revenue, cost); ended is None while running, -1e9 for -infinity."""

    def __init__(self, rows, as_of=TODAY):
        self.rows = rows
        self.ended = [row for row in rows if row[1] is not None]
        self.running = [row for row in rows if row[1] is None]
        self.lives = [lifetime(row[0], row[1]) for row in self.ended if row[0] is not None and row[1] >= row[0]]
        self.ages = [lifetime(row[0], as_of) for row in self.running if row[0] is not None and row[0] <= as_of]
        self.months = sum(self.lives + self.ages, Fraction())

    def churn(self):
        return ratio(len(self.lives), self.months)

    def arpa(self, population):
        rows = {'all': self.rows, 'ended': self.ended, 'running': self.running}[population]
        known = [row[2] for row in rows if row[2] is not None]
        return ratio(sum(known, Fraction()), len(known))

    def cac(self):
        known = [row[3] for row in self.rows if row[3] is not None]
        return ratio(sum(known, Fraction()), len(known))

    def ltv(self, horizon=None, discount=None, lifetime='exposure'):
        arpa, churn = self.arpa('all'), self.churn()
        if arpa is None or (lifetime == 'exposure' and churn is None):
            return None
        if lifetime == 'survival':
            months = self.expected_months(horizon, discount or 0)
        elif horizon is None and discount is None:
            months = ratio(1, churn)
        else:
            months = expected_periods(churn, horizon, discount or 0)
        return None if months is None else arpa * MARGIN * months

    def ratio(self, **options):
        ltv, cac = self.ltv(**options), self.cac()
        return ltv / cac if ltv is not None and cac is not None and cac > 0 else None

    def survival(self):
        """Rows of month, at risk, ended, running, share that is left."""
        ended, running = (Counter(int(months) for months in part) for part in (self.lives, self.ages))
        at_risk, left = len(self.lives) + len(self.ages), Fraction(1)
        for month in sorted(ended | running):
            left *= 1 - Fraction(ended[month], at_risk)
            yield month, at_risk, ended[month], running[month], left
            at_risk -= ended[month] + running[month]

    def expected_months(self, horizon, discount):
        curve = list(self.survival())
        if not curve or (curve[-1][0] < horizon - 1 and curve[-1][4] > 0):
            return None
        total, left, steps = Fraction(), Fraction(1), {row[0]: row[4] for row in curve}
        for month in range(horizon):
            left = steps.get(month, left)
            total += left / (1 + discount) ** month
        return total


def expected_periods(churn, horizon, discount):
    """The sum of (1 - churn)^t / (1 + discount)^t."""
    kept = (1 - min(churn, 1)) / (1 + discount)
    if horizon is not None:
        return sum((kept ** period for period in range(horizon)), Fraction())
    return 1 / (1 - kept) if kept < 1 else None


def readings():
    yield 'exact', 'num_customers(s)', lambda c: len(c.rows)
    yield 'exact', 'num_ended(s)', lambda c: len(c.ended)
    yield 'exact', 'num_running(s)', lambda c: len(c.running)
    yield 'exact', 'num_missing_start(s)', lambda c: sum(row[0] is None for row in c.rows)
    yield ('exact', 'num_ended_early(s)',
           lambda c: sum(row[0] is not None and row[1] < row[0] for row in c.ended))
    yield 'exact', 'num_missing_revenue(s)', lambda c: sum(row[2] is None for row in c.rows)
    yield 'exact', 'num_missing_cost(s)', lambda c: sum(row[3] is None for row in c.rows)
    at = "s, '%s'" % iso(TODAY)
    yield 'double', 'customer_months(%s)' % at, lambda c: c.months
    yield 'double', 'churn_rate(%s)' % at, Customers.churn
    for population in ('all', 'running', 'ended'):
        yield 'numeric', "arpa(s, '%s')" % population, lambda c, population=population: c.arpa(population)
    yield 'numeric', 'cac(s)', Customers.cac
    yield 'numeric', 'ltv(%s, 0.8)' % at, Customers.ltv
    yield 'double', 'ltv_cac_ratio(%s, 0.8)' % at, Customers.ratio
    for horizon, discount, kind in ((12, None, 'exposure'), (36, Fraction(1, 100), 'exposure'),
                                    (None, Fraction(1, 50), 'exposure'), (6, None, 'survival'), (3, Fraction(1, 100), 'survival')):
        options = dict(horizon=horizon, discount=discount, lifetime=kind)
        sql = "%s, 0.8, %s, %s, '%s'" % (at, horizon or 'NULL', float(discount) if discount else 'NULL', kind)
        yield 'near', 'ltv(%s)' % sql, lambda c, options=options: c.ltv(**options)
        yield 'near', 'ltv_cac_ratio(%s)' % sql, lambda c, options=options: c.ratio(**options)


def random_customer(rng):
    start = TODAY - rng.randrange(-60, 900)
    started, ended = (iso(start), start), (None, None)
    if rng.random() < 0.5:
        end = start + rng.choice([rng.randrange(-20, 800), rng.randrange(100)])
        ended = iso(end), end
    if rng.random() < 0.05:
        started = rng.choice([None, 'infinity', '-infinity']), None
    if rng.random() < 0.05:
        ended = rng.choice([('infinity', None), ('-infinity', -10 ** 9)])
    return started, ended, [form(rng) for form in (random_numeric, random_numeric, random_double, random_double)]


def make(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        rows = [random_customer(rng) for _ in range(random_size(rng))]
        data.append([Customers([(started[1], ended[1], money[by][1], money[by + 1][1]) for started, ended, money in rows])
                     for by in (0, 2)])
        columns += [(ds, started[0], ended[0], *(text for text, _ in money)) for started, ended, money in rows]
    yield table('customer', 'ds int, started date, ended date, mrr numeric, cost numeric, fmrr double precision, '
                'fcost double precision', columns)
    yield '''CREATE TABLE customer_of AS
    SELECT ds, kind, s FROM generate_series(0, %d) AS ds,
    LATERAL (SELECT ARRAY[customer_summary(started, ended, mrr, cost), customer_summary(started, ended, fmrr, fcost)] AS kinds
             FROM customer WHERE customer.ds = ds.ds) AS _, unnest(kinds) WITH ORDINALITY AS __(s, kind);
''' % (sets - 1)
    reading = list(readings())
    yield Query('customer_summary: what is read', [('(exact)', 'ds'), ('(exact)', 'kind')] + [r[:2] for r in reading],
                'FROM customer_of ORDER BY ds, kind',
                lambda: ([ds, kind + 1] + [value(customers) for _, _, value in reading]
                         for ds in range(sets) for kind, customers in enumerate(data[ds])))
    yield Query('customer_survival', [('(exact)', 'ds'), ('exact', 'month'), ('exact', 'at_risk'), ('exact', 'ended'),
                                      ('exact', 'running'), ('near', 'survival')],
                "FROM customer_of, customer_survival(s, '%s') WHERE kind = 1 ORDER BY ds, month" % iso(TODAY),
                lambda: ([ds, *row] for ds in range(sets) for row in data[ds][0].survival()))
    direct = "'%s', 0.8)" % iso(TODAY)
    yield Query('ltv_cac_ratio of rows',
                [('(exact)', 'ds'), ('double', 'ltv_cac_ratio(started, ended, mrr, cost, ' + direct),
                 ('double', 'ltv_cac_ratio(started, ended, fmrr, fcost, ' + direct)],
                'FROM customer GROUP BY ds ORDER BY ds',
                lambda: ([ds] + [customers.ratio() for customers in data[ds]] for ds in range(sets) if data[ds][0].rows))
