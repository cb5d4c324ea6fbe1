"""Opportunities: summaries and what is read from them, velocity, the pipeline, the win curve."""
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction

from exact import (Query, USECS_PER_DAY, day, instant, iso, percentile_disc, random_double, random_numeric, random_size,
                   rank, ratio, table)

OUTCOMES = ('won', 'lost', 'void', 'open')
SETS = {'won': ('won',), 'lost': ('lost',), 'open': ('open',), 'closed': ('won', 'lost'),
        'decided': ('won', 'lost', 'void'), 'all': ('won', 'lost', 'open'), 'created': OUTCOMES}
TODAY = day(2024, 6, 15)


class Outcome:
    """What is known of the rows of one outcome."""

    def __init__(self):
        self.rows = self.missing_dates = self.negative = 0
        self.amounts, self.usecs, self.opened = [], [], []

    def add(self, outcome, amount, opened, closed):
        self.rows += 1
        if amount is not None:
            self.amounts.append(amount)
        if opened is None or (outcome != 'open' and closed is None):
            self.missing_dates += 1
        elif outcome == 'open':
            self.opened.append(opened // USECS_PER_DAY)
        elif closed < opened:
            self.negative += 1
        else:
            self.usecs.append(closed - opened)


class Content:
    """What is known of a set of rows: (outcome, amount, opened, closed), in microseconds."""

    def __init__(self, rows):
        self.of = {outcome: Outcome() for outcome in OUTCOMES}
        for row in rows:
            self.of[row[0]].add(*row)
        self.cache = {}

    def outcomes(self, which):
        return [self.of[outcome] for outcome in SETS[which]]

    def rows(self, which):
        return sum(outcome.rows for outcome in self.outcomes(which))

    def amount(self, which):
        if ('amount', which) not in self.cache:
            self.cache['amount', which] = sum((sum(outcome.amounts) for outcome in self.outcomes(which)), Fraction())
        return self.cache['amount', which]

    def num_amounts(self, which):
        return sum(len(outcome.amounts) for outcome in self.outcomes(which))

    def cycles(self, which):
        return [usecs for outcome in self.outcomes(which) for usecs in outcome.usecs]

    def days(self, which):
        return Fraction(sum(self.cycles(which)), USECS_PER_DAY)

    def mean_cycle(self, which):
        return ratio(self.days(which), len(self.cycles(which)))

    def percentile(self, fraction, which):
        if ('sorted', which) not in self.cache:
            self.cache['sorted', which] = sorted(usecs // USECS_PER_DAY for usecs in self.cycles(which))
        days = self.cache['sorted', which]
        return days[rank(fraction, len(days)) - 1] if days else None

    def hit_ratio(self, basis):
        if basis == 'value':
            return ratio(self.amount('won'), self.amount('closed'))
        return ratio(self.rows('won'), self.rows(basis))

    def deal_size(self):
        return ratio(self.amount('won'), self.num_amounts('won'))


def levers(stock, flow, opportunities, cycle):
    """The four levers of a velocity, and it."""
    hit = flow.hit_ratio('decided' if cycle == 'decided' else 'closed')
    counted, size, days = stock.rows(opportunities), flow.deal_size(), flow.mean_cycle(cycle)
    if hit is None or not days or (hit and size is None):
        velocity = None
    else:
        velocity = counted * hit * (size or 0) / days
    return counted, hit, size, days, velocity


def velocity(stock, flow, opportunities, cycle):
    return levers(stock, flow, opportunities, cycle)[4]


# What is read from a summary s: kind, SQL, and the exact value of its content.
def readings():
    yield from (('exact', 'num_%s(s)' % name, lambda c, which=which: c.rows(which)) for name, which in
                [('opportunities', 'created'), ('won', 'won'), ('lost', 'lost'), ('open', 'open'), ('closed', 'closed')])
    yield 'exact', 'num_void(s)', lambda c: c.of['void'].rows
    yield 'exact', 'num_missing_amount(s)', lambda c: c.rows('created') - c.num_amounts('created')
    yield 'exact', 'num_missing_cycle(s)', lambda c: sum(o.missing_dates for o in c.outcomes('decided'))
    yield 'exact', 'num_negative_cycle(s)', lambda c: sum(o.negative for o in c.outcomes('decided'))
    for which in ('won', 'lost', 'open'):
        yield 'amount', which + '_amount(s)', lambda c, which=which: c.amount(which)
    yield 'numeric', 'avg_deal_size(s)', Content.deal_size
    for which in ('won', 'closed'):
        yield 'double', which + '_days(s)', lambda c, which=which: c.days(which)
    for which in ('won', 'lost', 'closed', 'decided'):
        yield 'double', "avg_sales_cycle(s, '%s')" % which, lambda c, which=which: c.mean_cycle(which)
        for fraction in (0, 0.1, 0.3, 0.5, 0.9, 1):
            yield ('double', "sales_cycle_percentile(s, %s, '%s')" % (fraction, which),
                   lambda c, fraction=fraction, which=which: c.percentile(fraction, which))
    yield 'double', 'median_sales_cycle(s)', lambda c: c.percentile(0.5, 'won')
    for basis in ('closed', 'decided', 'created', 'value'):
        yield 'double', "hit_ratio(s, '%s')" % basis, lambda c, basis=basis: c.hit_ratio(basis)
    for opportunities in ('all', 'closed', 'open'):
        for cycle in ('won', 'closed', 'decided'):
            yield ('numeric', "sales_velocity(s, '%s', '%s')" % (opportunities, cycle),
                   lambda c, o=opportunities, cycle=cycle: velocity(c, c, o, cycle))
    yield ('exact', "num_stale(s, '%s', 45)" % iso(TODAY),
           lambda c: sum(TODAY - opened > 45 for opened in c.of['open'].opened))


READINGS = list(readings())


class Row:
    """An opportunity, with each column as text and as a value."""

    def __init__(self, rng):
        self.won = rng.choice([True, True, False, False, None])
        self.status = rng.choice(['won', 'won', 'lost', 'lost', 'void', 'open', 'open', None])
        self.amounts = random_numeric(rng), random_double(rng)
        self.days, self.instants = [], []
        start = TODAY - rng.choice([5, 30, 200, 400])
        for _ in range(2):
            at = (start + rng.randrange(120)) * USECS_PER_DAY + rng.choice([0, rng.randrange(USECS_PER_DAY)])
            number = at // USECS_PER_DAY
            self.days.append((iso(number), number * USECS_PER_DAY))
            self.instants.append((instant(at), at))
        if rng.random() < 0.7:
            self.days.sort(key=lambda pair: pair[1])
            self.instants.sort(key=lambda pair: pair[1])
        for pairs in self.days, self.instants:
            for i in range(2):
                if rng.random() < 0.06:
                    pairs[i] = rng.choice([None, 'infinity', '-infinity']), None

    def columns(self):
        return ({True: 't', False: 'f', None: None}[self.won], self.status, self.amounts[0][0], self.amounts[1][0],
                self.days[0][0], self.days[1][0], self.instants[0][0], self.instants[1][0])

    def values(self, by_status, by_double, by_instant):
        outcome = self.status or 'open' if by_status else {True: 'won', False: 'lost', None: 'open'}[self.won]
        dates = self.instants if by_instant else self.days
        return outcome, self.amounts[by_double][1], dates[0][1], dates[1][1]


SHAPES = [(by_status, by_double, by_instant) for by_status in (0, 1) for by_double in (0, 1) for by_instant in (0, 1)]


def arguments(shape):
    return (('won', 'status')[shape[0]], ('amount', 'famount')[shape[1]],
            ('opened, closed', 'opened_at, closed_at')[shape[2]])


def as_of(rows, at):
    """The rows as they were in the evening of a day, of those whose days are known."""
    for outcome, amount, opened, closed in rows:
        if outcome != 'open' and closed is not None and closed // USECS_PER_DAY <= at:
            yield outcome, amount, opened, closed
        elif opened is not None and opened // USECS_PER_DAY <= at and (outcome == 'open' or closed is not None):
            yield 'open', amount, opened, None


def average_open(rows, before, after):
    """The number of open ones, evening by evening."""
    return Fraction(sum(row[0] == 'open' for at in range(before, after) for row in as_of(rows, at)), after - before)


# -- The win curve --------------------------------------------------------------

class Curve:
    """Steps of (age, at risk, {outcome: number}, {outcome: share so far}, share still open)."""

    def __init__(self, content, at):
        counts = {}
        for outcome in SETS['decided']:
            for usecs in content.of[outcome].usecs:
                counts.setdefault(usecs // USECS_PER_DAY, Counter())[outcome] += 1
        for opened in content.of['open'].opened:
            if opened <= at:
                counts.setdefault(at - opened, Counter())['open'] += 1
        at_risk = sum(sum(count.values()) for count in counts.values())
        share, still, greenwood = dict.fromkeys(SETS['decided'], Fraction()), Fraction(1), Fraction()
        self.steps, self.variances = [], []
        for age in sorted(counts):
            count, before = counts[age], still
            ended = sum(count[outcome] for outcome in SETS['decided'])
            share = {outcome: share[outcome] + before * Fraction(count[outcome], at_risk) for outcome in share}
            still = before * Fraction(at_risk - ended, at_risk)
            if ended < at_risk:
                greenwood += Fraction(ended, at_risk * (at_risk - ended))
            self.steps.append((age, at_risk, count, share, still))
            self.variances.append(still * still * greenwood)
            at_risk -= ended + count['open']
        self.has_open = any(count['open'] for count in counts.values())

    def won_by(self, age):
        return max((step[3]['won'] for step in self.steps if step[0] <= age), default=Fraction())

    def probability(self, within):
        if not self.steps or (within > self.steps[-1][0] and self.steps[-1][4] > 0):
            return None
        return self.won_by(within)

    def restricted_mean(self, horizon):
        if not self.steps or (self.steps[-1][0] < horizon - 1 and self.steps[-1][4] > 0):
            return None
        area, since, still = Fraction(), 0, Fraction(1)
        for age, _, _, _, after in self.steps:
            if age >= horizon:
                break
            area, since, still = area + still * (age - since), age, after
        return area + still * (horizon - since)

    def time_to_close(self, fraction):
        level = Fraction(fraction)
        for i, step in enumerate(self.steps):
            if 1 - step[4] >= level - TOLERANCE:
                break
        else:
            return None
        if level == 0:
            return 0
        if 1 - step[4] > level + TOLERANCE:
            return step[0]
        # flat at the level: the middle of the stretch
        ends = [later[0] for later in self.steps[i + 1:] if later[4] < step[4]] or [self.steps[-1][0]]
        return Fraction(step[0] + ends[0], 2)

    def time_to_win(self, fraction):
        ages = [step[0] for step in self.steps if step[3]['won'] >= Fraction(fraction) - TOLERANCE]
        return (0 if fraction == 0 else ages[0]) if ages else None

    def expected_wins(self, horizon):
        if not self.steps:
            return None
        return sum((step[2]['open'] * (self.won_by(step[0] + horizon) - step[3]['won']) / step[4]
                    for step in self.steps if step[2]['open']), Fraction())


TOLERANCE = Fraction(1, 2 ** 26)


def revenue(content, wins):
    if not wins:
        return wins
    return content.deal_size() and wins * content.deal_size()


# -- Why velocity changed -------------------------------------------------------

def logarithm(value):
    return (Decimal(value.numerator) / value.denominator).ln()


def contributions(before, after):
    """What each lever has added: exact for Shapley, to 60 digits for LMDI; None without both velocities."""
    old, new = list(before[:4]), list(after[:4])
    v0, v1 = before[4], after[4]
    if v0 is None or v1 is None:
        return None, [None] * 4
    for i in range(4):
        if old[i] is None:
            old[i] = new[i] if new[i] is not None else Fraction(1)
        if new[i] is None:
            new[i] = old[i]
    old[3], new[3] = 1 / Fraction(old[3]), 1 / Fraction(new[3])
    if v0 > 0 and v1 > 0 and all(value > 0 for value in old + new):
        with localcontext() as context:
            context.prec = 90
            mean = None if v0 == v1 else Fraction(v1 - v0) / Fraction(logarithm(Fraction(v1) / v0))
            return 'LMDI', [(v0 if mean is None else mean) * Fraction(logarithm(Fraction(new[i]) / old[i]))
                            for i in range(4)]
    result = []
    for i in range(4):
        total = Fraction()
        others = [j for j in range(4) if j != i]
        for chosen in range(8):
            size = bin(chosen).count('1')
            product = Fraction(1)
            for bit, j in enumerate(others):
                product *= new[j] if chosen >> bit & 1 else old[j]
            total += product * (new[i] - old[i]) * (6, 2, 2, 6)[size] / 24
        result.append(total)
    return 'Shapley', result


def make(rng, sets):
    """Yields the SQL that prepares, then Queries."""
    data = [[Row(rng) for _ in range(random_size(rng))] for _ in range(sets)]
    yield table('opp', 'ds int, won boolean, status text, amount numeric, famount double precision, opened date, '
                'closed date, opened_at timestamptz, closed_at timestamptz',
                [(ds,) + row.columns() for ds, rows in enumerate(data) for row in rows])
    shapes = ', '.join('sales_summary(%s, %s, %s)' % arguments(shape) for shape in SHAPES)
    yield '''CREATE INDEX ON opp (ds);
CREATE TABLE summary AS
    SELECT ds, shape, s FROM generate_series(0, %d) AS ds,
    LATERAL (SELECT ARRAY[%s] AS all_shapes FROM opp WHERE opp.ds = ds.ds) AS _, unnest(all_shapes) WITH ORDINALITY AS __(s, shape);
CREATE INDEX ON summary (shape, ds);
CREATE TABLE by_status AS SELECT ds, s FROM summary WHERE shape = 5;
ANALYZE summary; ANALYZE by_status;
''' % (sets - 1, shapes)
    contents = [[Content(row.values(*shape) for row in rows) for shape in SHAPES] for rows in data]
    days = [[row.values(1, 0, 0) for row in rows] for rows in data]
    known = [content[4] for content in contents]

    yield Query('sales_summary: what is read', [('(exact)', 'ds'), ('(exact)', 'shape')] + [r[:2] for r in READINGS],
                'FROM summary ORDER BY ds, shape',
                lambda: ([ds, shape + 1] + [value(content) for _, _, value in READINGS]
                         for ds in range(sets) for shape, content in enumerate(contents[ds])))

    direct = []
    for shape, names in ((shape, arguments(shape)) for shape in SHAPES):
        direct.append(('numeric', 'sales_velocity(%s, %s, %s)' % names, shape, lambda c: velocity(c, c, 'all', 'won')))
        direct.append(('numeric', 'avg_deal_size(%s, %s)' % names[:2], shape, Content.deal_size))
        direct.append(('double', 'avg_sales_cycle(%s, %s)' % (names[0], names[2]), shape, lambda c: c.mean_cycle('won')))
        direct.append(('double', 'hit_ratio(%s)' % names[0], shape, lambda c: c.hit_ratio('closed')))
    yield Query('the direct aggregates', [('(exact)', 'ds')] + [d[:2] for d in direct],
                'FROM opp GROUP BY ds ORDER BY ds',
                lambda: ([ds] + [value(contents[ds][SHAPES.index(shape)]) for _, _, shape, value in direct]
                         for ds in range(sets) if data[ds]))

    other = lambda ds: (ds * 7 + 3) % sets
    pairs = 'FROM by_status AS a JOIN by_status AS b ON b.ds = (a.ds * 7 + 3) %% %d' % sets
    for cycle in ('won', 'closed', 'decided'):
        for stock, flow, names in ((0, 1, 'a.s, b.s'), (0, 0, "a.s, 'all'"), (1, 1, "b.s, 'closed'")):
            opportunities = 'open' if stock != flow else names.split("'")[1]
            which = lambda ds, side: known[other(ds) if side else ds]
            yield Query("levers of %s, '%s'" % (names, cycle),
                        [('(exact)', 'a.ds'), ('exact', 'opportunities'), ('double', 'hit_ratio'),
                         ('numeric', 'avg_deal_size'), ('double', 'sales_cycle'), ('numeric', 'l.sales_velocity'),
                         ('numeric', "sales_velocity(%s, '%s')" % (names, cycle))],
                        pairs + ", sales_velocity_levers(%s, '%s') AS l ORDER BY a.ds" % (names, cycle),
                        lambda stock=stock, flow=flow, o=opportunities, cycle=cycle, which=which:
                        ([ds, *levers(which(ds, stock), which(ds, flow), o, cycle),
                          velocity(which(ds, stock), which(ds, flow), o, cycle)] for ds in range(sets)))

    yield from changes(sets, pairs, known, other)

    wholes = [Content(row for d in (ds, other(ds)) for row in days[d]) for ds in range(sets)]
    for basis in ('closed', 'decided', 'created', 'value'):
        yield Query("hit_ratio_change by %s" % basis, [('(exact)', 'a.ds'), ('double', 'c.within'), ('double', 'c.mix')],
                    pairs + ' JOIN by_status AS b2 ON b2.ds = (b.ds * 7 + 3) %% %d' % sets +
                    ", hit_ratio_change(a.s, b.s, a.s + b.s, b.s + b2.s, '%s') AS c ORDER BY a.ds" % basis,
                    lambda basis=basis: ([ds, *ratio_change(known[ds], known[other(ds)], wholes[ds], wholes[other(ds)], basis)]
                                         for ds in range(sets)))

    yield from pipeline(sets, days)
    yield from win_curves(sets, known)


def ratio_change(before, after, whole_before, whole_after, basis):
    """Mean share times change of the ratio, and change of the share times how far the ratio is above the whole's."""
    def part(content):
        return (content.amount('won'), content.amount('closed')) if basis == 'value' else \
            (content.rows('won'), content.rows(basis))
    (won0, all0), (won1, all1) = part(before), part(after)
    (whole_won0, whole0), (whole_won1, whole1) = part(whole_before), part(whole_after)
    if not whole0 or not whole1 or (not all0 and won0) or (not all1 and won1):
        return None, None
    if not all0 and not all1:
        return 0, 0
    ratio0 = Fraction(won0) / all0 if all0 else Fraction(won1) / all1
    ratio1 = Fraction(won1) / all1 if all1 else ratio0
    share0, share1 = Fraction(all0) / whole0, Fraction(all1) / whole1
    whole = (Fraction(whole_won0) / whole0 + Fraction(whole_won1) / whole1) / 2
    return (share0 + share1) / 2 * (ratio1 - ratio0), (share1 - share0) * ((ratio0 + ratio1) / 2 - whole)


def changes(sets, pairs, known, other):
    """sales_velocity_change: each contribution, and that they add up to the change to the last digit."""
    for opportunities, cycle in (('all', 'won'), ('open', 'closed'), ('closed', 'decided')):
        reading = "'%s', '%s'" % (opportunities, cycle)

        def expected(opportunities=opportunities, cycle=cycle):
            for ds in range(sets):
                sides = [levers(known[d], known[d], opportunities, cycle) for d in (ds, other(ds))]
                method, parts = contributions(*sides)
                for i, lever in enumerate(('opportunities', 'hit_ratio', 'avg_deal_size', 'sales_cycle')):
                    yield [ds, lever, sides[0][i], sides[1][i], parts[i], method, None if method is None else True]
        velocities = ["sales_velocity(%s.s, %s)" % (side, reading) for side in 'ab']
        yield Query('sales_velocity_change, %s' % reading,
                    [('(exact)', 'a.ds'), ('exact', 'lever'), ('trimmed', 'c.before'), ('trimmed', 'c.after'),
                     ('units', "contribution || ' ' || CASE WHEN abs(contribution) * 1.000001 >= max(abs(contribution)) OVER (PARTITION BY a.ds) "
                      'THEN least(scale({}), scale({})) ELSE scale(contribution) END'.format(*velocities)),
                     ('exact', 'method'),
                     ('exact', 'sum(contribution) OVER (PARTITION BY a.ds) = {1} - {0}'.format(*velocities))],
                    pairs + ', sales_velocity_change(a.s, b.s, %s) WITH ORDINALITY AS '
                    'c(lever, before, after, contribution, method, n) ORDER BY a.ds, n' % reading, expected)


def pipeline(sets, days):
    """The sum of all changes up to a day is the summary as of that day."""
    first, last = TODAY - 150, TODAY - 30
    yield '''CREATE TABLE event AS SELECT ds, e.* FROM opp, opportunity_events(status, amount, opened, closed) AS e;
CREATE INDEX ON event (ds);
CREATE TABLE state AS
    SELECT ds, at, (SELECT rollup(delta) FROM event WHERE event.ds = ds.ds AND day <= at) AS s
    FROM generate_series(0, %d) AS ds, unnest('{%s,%s}'::date[]) AS at;
ANALYZE state;
''' % (sets - 1, iso(first), iso(last))
    yield Query('the pipeline as of a day', [('(exact)', 'ds'), ('(exact)', 'at')] + [r[:2] for r in READINGS],
                'FROM state ORDER BY ds, at',
                lambda: ([ds, iso(at)] + [value(content) for _, _, value in READINGS] for ds in range(sets)
                         for at in (first, last) for content in [Content(as_of(days[ds], at))]))
    yield Query('average_open', [('(exact)', 'a.ds'), ('double', 'average_open(a.s, a.at, b.s, b.at)')],
                'FROM state AS a JOIN state AS b ON a.ds = b.ds AND a.at < b.at ORDER BY a.ds',
                lambda: ([ds, average_open(days[ds], first, last)] for ds in range(sets)))


def win_curves(sets, known):
    """Plain fractions without open ones, else right to 12 digits."""
    at = "'%s'" % iso(TODAY)
    curves = [Curve(content, TODAY) for content in known]
    yield Query('win_curve', [('(exact)', 'ds'), ('exact', 'day'), ('exact', 'at_risk'), ('exact', 'won'), ('exact', 'lost'),
                              ('exact', 'void'), ('exact', 'censored'), ('near', 'win_probability'),
                              ('near', 'loss_probability'), ('near', 'void_probability'), ('near', 'still_open')],
                'FROM by_status, win_curve(s, %s) ORDER BY ds, day' % at,
                lambda: ([ds, age, at_risk, *(count[o] for o in OUTCOMES), *(share[o] for o in SETS['decided']), still]
                         for ds in range(sets) for age, at_risk, count, share, still in curves[ds].steps))
    yield '''CREATE TABLE decided AS SELECT ds, sales_summary(status, amount, opened, closed) AS s
    FROM opp WHERE status IN ('won', 'lost', 'void') GROUP BY ds;
'''
    without = [Curve(content, -10 ** 6) for content in known]
    yield Query('win_curve without open ones', [('(exact)', 'ds'), ('double', 'win_probability'), ('double', 'loss_probability'),
                                                ('double', 'void_probability'), ('double', 'still_open')],
                'FROM decided, win_curve(s, %s) ORDER BY ds, day' % at,
                lambda: ([ds, *(share[o] for o in SETS['decided']), still]
                         for ds in range(sets) for _, _, _, share, still in without[ds].steps))
    yield Query('sales_cycle_survival', [('(exact)', 'ds'), ('exact', 'day'), ('exact', 'at_risk'), ('exact', 'decided'),
                                         ('exact', 'censored'), ('near', 'survival'), ('root', 'std_error')],
                'FROM by_status, sales_cycle_survival(s, %s) ORDER BY ds, day' % at,
                lambda: ([ds, step[0], step[1], sum(step[2][o] for o in SETS['decided']), step[2]['open'], step[4], variance]
                         for ds in range(sets) for step, variance in zip(curves[ds].steps, curves[ds].variances)))
    numbers = [('near', 'win_probability(s, %s)' % at, lambda c, _: c.steps[-1][3]['won'] if c.steps else None)]
    for days in (0, 10, 60, 200):
        numbers += [
            ('near', 'win_probability(s, %s, %d)' % (at, days), lambda c, _, days=days: c.probability(days)),
            ('near', 'restricted_mean_sales_cycle(s, %s, %d)' % (at, days), lambda c, _, days=days: c.restricted_mean(days)),
            ('near', 'expected_wins(s, %s, %d)' % (at, days), lambda c, _, days=days: c.expected_wins(days)),
            ('near', 'expected_revenue(s, %s, %d)' % (at, days),
             lambda c, content, days=days: revenue(content, c.expected_wins(days)))]
    for fraction in (0, 0.1, 0.25, 0.5, 0.75, 1):
        numbers += [
            ('double', 'time_to_close_percentile(s, %s, %s)' % (fraction, at), lambda c, _, f=fraction: c.time_to_close(f)),
            ('double', 'time_to_win_percentile(s, %s, %s)' % (fraction, at), lambda c, _, f=fraction: c.time_to_win(f))]
    yield Query('numbers of the win curve', [('(exact)', 'ds')] + [n[:2] for n in numbers], 'FROM by_status ORDER BY ds',
                lambda: ([ds] + [value(curves[ds], known[ds]) for _, _, value in numbers] for ds in range(sets)))
