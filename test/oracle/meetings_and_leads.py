"""Meetings, and the lead velocity rate."""
from collections import Counter
from datetime import date
from fractions import Fraction

from exact import EPOCH, Query, day, iso, random_size, ratio, table

STATUSES = ('booked', 'held', 'presumed_held', 'no_show', 'cancelled', 'rescheduled', 'declined', 'unknown')
TODAY = day(2024, 6, 15)
AS_OF = "'%s'" % iso(TODAY)


def random_day(rng, span):
    if rng.random() < 0.06:
        return rng.choice([None, 'infinity', '-infinity']), None
    number = TODAY - span + rng.randrange(span + span // 4)
    return iso(number), number


# -- Meetings -------------------------------------------------------------------

def show_ratio(rows, at, presumed):
    due = [status for status, number, _ in rows if number is not None and number < at and status != 'rescheduled']
    return ratio(sum(status == 'held' or (presumed and status == 'presumed_held') for status in due), len(due))


def qualification_ratio(rows):
    known = [qualified for status, _, qualified in rows if status == 'held' and qualified is not None]
    return ratio(sum(known), len(known))


def number_of(*statuses):
    return lambda rows: sum(status in statuses for status, _, _ in rows)


def meeting_readings():
    every = [status for status in STATUSES if status != 'rescheduled']
    yield 'exact', 'num_booked(s)', number_of(*every)
    yield 'exact', 'num_pending(s)', number_of('booked')
    for status in STATUSES[1:]:
        yield 'exact', 'num_%s(s)' % status, number_of(status)
    yield 'exact', 'num_qualified(s)', lambda rows: sum(status == 'held' and q is True for status, _, q in rows)
    yield 'exact', 'num_not_qualified(s)', lambda rows: sum(status == 'held' and q is False for status, _, q in rows)
    yield ('exact', 'num_missing_scheduled(s)',
           lambda rows: sum(number is None and status != 'rescheduled' for status, number, _ in rows))
    for days in (-30, 0, 40):
        for presumed in (False, True):
            yield ('double', "show_ratio(s, '%s', %s)" % (iso(TODAY + days), presumed),
                   lambda rows, at=TODAY + days, presumed=presumed: show_ratio(rows, at, presumed))
    yield 'double', 'qualification_ratio(s)', qualification_ratio
    yield ('double', 'meeting_hit_ratio(num_held(s), num_qualified(s))',
           lambda rows: ratio(sum(status == 'held' and q is True for status, _, q in rows), number_of('held')(rows)))


def meetings(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        rows = []
        for _ in range(random_size(rng)):
            status = rng.choice(STATUSES + ('held', 'held', None))
            text, number = random_day(rng, 90)
            qualified = rng.choice([True, False, None])
            rows.append((status or 'unknown', number, qualified))
            columns.append((ds, status, text, {True: 't', False: 'f', None: None}[qualified]))
        data.append(rows)
    yield table('meeting', 'ds int, status text, scheduled date, qualified boolean', columns)
    yield '''CREATE TABLE meeting_of AS
    SELECT ds, (SELECT meeting_summary(status, scheduled, qualified) FROM meeting WHERE meeting.ds = ds.ds) AS s
    FROM generate_series(0, %d) AS ds;
''' % (sets - 1)
    readings = list(meeting_readings())
    yield Query('meeting_summary: what is read', [('(exact)', 'ds')] + [r[:2] for r in readings], 'FROM meeting_of ORDER BY ds',
                lambda: ([ds] + [value(data[ds]) for _, _, value in readings] for ds in range(sets)))
    yield Query('show_ratio and qualification_ratio of rows',
                [('(exact)', 'ds'), ('double', 'show_ratio(status, scheduled, %s)' % AS_OF),
                 ('double', 'qualification_ratio(status, qualified)')],
                'FROM meeting GROUP BY ds ORDER BY ds',
                lambda: ([ds, show_ratio(data[ds], TODAY, False), qualification_ratio(data[ds])]
                         for ds in range(sets) if data[ds]))


# -- Leads ----------------------------------------------------------------------

def month_of(number):
    at = date.fromordinal(EPOCH.toordinal() + number)
    return at.year * 12 + at.month - 1


def first_of(month):
    return day(month // 12, month % 12 + 1, 1)


CURRENT = month_of(TODAY) - 1
HOLIDAYS = [day(2024, 5, 1), day(2024, 5, 9), day(2024, 4, 1), day(2024, 3, 30), day(2023, 12, 25)]


def working_days(first, last, holidays, weekend):
    return sum(number not in holidays and (EPOCH.weekday() + number) % 7 + 1 not in weekend for number in range(first, last))


def rate(current, base):
    return Fraction(current - base, base) if base > 0 else None


def root_of(value, periods):
    """value ^ (1 / periods), to 40 digits."""
    scale = 10 ** (40 * periods)
    scaled, low = value.numerator * scale // value.denominator, 0
    high = scaled + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle ** periods <= scaled else (low, middle)
    return Fraction(low, 10 ** 40)


def compound(current, base, periods):
    if base <= 0:
        return None
    return root_of(Fraction(current, base), periods) - 1 if current != base else 0


def per_day(current, base, periods_apart):
    days = [working_days(first_of(month), first_of(month + 1), HOLIDAYS, (6, 7))
            for month in (CURRENT, CURRENT - periods_apart)]
    return Fraction(current, days[0]) / Fraction(base, days[1]) - 1 if base else None


def lead_readings():
    yield 'exact', 'num_leads(s)', lambda m, rows: len(rows)
    yield 'exact', 'num_unqualified(s)', lambda m, rows: rows.count(None)
    for lag in (1, 2, 12):
        yield 'exact', 'lead_increase(s, %s, %d)' % (AS_OF, lag), lambda m, _, lag=lag: m[CURRENT] - m[CURRENT - lag]
        yield ('double', 'lead_velocity_rate(s, %s, 1, %d)' % (AS_OF, lag),
               lambda m, _, lag=lag: rate(m[CURRENT], m[CURRENT - lag]))
        yield ('double', "lead_velocity_rate_per_day(s, %s, '{%s}', lag => %d)" % (AS_OF, ','.join(map(iso, HOLIDAYS)), lag),
               lambda m, _, lag=lag: per_day(m[CURRENT], m[CURRENT - lag], lag))
    for periods in (2, 3):
        yield ('near', 'lead_velocity_rate(s, %s, %d)' % (AS_OF, periods),
               lambda m, _, periods=periods: compound(m[CURRENT], m[CURRENT - periods], periods))


def series(months):
    known = [month for month in months if months[month] and month <= CURRENT]
    for month in range(min(known), CURRENT + 1) if known else ():
        yield month, months[month], rate(months[month], months[month - 1]) if month > min(known) else None


def leads(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        rows = [random_day(rng, rng.choice([60, 120, 400])) for _ in range(3 * random_size(rng))]
        columns += [(ds, text) for text, _ in rows]
        numbers = [number for _, number in rows]
        data.append((Counter(month_of(number) for number in numbers if number is not None), numbers))
    yield table('lead', 'ds int, qualified date', columns)
    yield '''CREATE TABLE lead_of AS
    SELECT ds, (SELECT lead_summary(qualified) FROM lead WHERE lead.ds = ds.ds) AS s FROM generate_series(0, %d) AS ds;
''' % (sets - 1)
    readings = list(lead_readings())
    yield Query('lead_summary: what is read', [('(exact)', 'ds')] + [r[:2] for r in readings], 'FROM lead_of ORDER BY ds',
                lambda: ([ds] + [value(*data[ds]) for _, _, value in readings] for ds in range(sets)))
    yield Query('lead_velocity_rate of rows',
                [('(exact)', 'ds'), ('double', 'lead_velocity_rate(qualified, %s)' % AS_OF),
                 ('near', 'lead_velocity_rate(qualified, %s, 2)' % AS_OF)],
                'FROM lead GROUP BY ds ORDER BY ds',
                lambda: ([ds, rate(months[CURRENT], months[CURRENT - 1]), compound(months[CURRENT], months[CURRENT - 2], 2)]
                         for ds, (months, rows) in enumerate(data) if rows))
    yield Query('lead_velocity_series', [('(exact)', 'ds'), ('exact', 'month'), ('exact', 'leads'), ('double', 'rate')],
                'FROM lead_of, lead_velocity_series(s, %s) ORDER BY ds, month' % AS_OF,
                lambda: ([ds, iso(first_of(month)), number, growth]
                         for ds, (months, _) in enumerate(data) for month, number, growth in series(months)))
    yield '''CREATE TABLE monthly AS
    SELECT ds, date_trunc('month', qualified)::date AS month, count(*) AS leads FROM lead WHERE isfinite(qualified) GROUP BY 1, 2;
'''
    yield Query('lead_velocity_rate in a window',
                [('(exact)', 'ds'), ('exact', 'month'),
                 ('double', 'lead_velocity_rate(month, leads) OVER (PARTITION BY ds ORDER BY month)')],
                'FROM monthly ORDER BY ds, month',
                lambda: ([ds, iso(first_of(month)), rate(months[month], months[month - 1]) if months[month - 1] else None]
                         for ds, (months, _) in enumerate(data) for month in sorted(months)))


def make(rng, sets):
    yield from meetings(rng, sets)
    yield from leads(rng, sets)
