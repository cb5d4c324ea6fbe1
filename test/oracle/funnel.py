"""The funnel, by the rules of its documentation, one entity at a time."""
from collections import Counter, defaultdict
from fractions import Fraction

from exact import Query, USECS_PER_DAY, day, instant, iso, percentile_disc, ratio, table

NSTEPS = 5
START = day(2024, 1, 1)

# as_of in microseconds or None, entry, backfill, windows in microseconds
RULES = [(None, 'first', False, ()),
         (None, 'last', True, ()),
         ((START + 40) * USECS_PER_DAY, 'first', False, (10 * USECS_PER_DAY, None, 15 * USECS_PER_DAY)),
         ((START + 25) * USECS_PER_DAY, 'last', False, (36 * 3_600_000_000,)),
         ((START + 60) * USECS_PER_DAY, 'first', True, (20 * USECS_PER_DAY, 5 * USECS_PER_DAY, None, 9 * USECS_PER_DAY))]


class Summary:
    def __init__(self):
        self.count = defaultdict(Counter)       # of each step
        self.times, self.stays = defaultdict(list), defaultdict(list)

    def add(self, events, as_of, entry, backfill, windows):
        """The events of one entity: (step, microseconds or None)."""
        for step, at in events:
            if at is None:
                self.count[0]['missing'] += 1
        known = sorted((at, step or NSTEPS + 1) for step, at in events if at is not None and (as_of is None or at <= as_of))
        stays = []                              # [step, from, until, where to]
        inside = False
        for at, step in known:
            if inside and stays[-1][0] == step:
                continue
            if inside:
                stays[-1][2:] = at, step
            inside = step <= NSTEPS
            if inside:
                stays.append([step, at, None, None])
        for i, (step, begin, end, to) in enumerate(stays):
            self.count[step]['stays'] += 1
            self.count[step]['returned'] += step in [stay[0] for stay in stays[:i]]
            if end is None:
                self.count[step]['ongoing'] += 1
            else:
                self.stays[step].append(end - begin)
                self.count[step]['moved_back'] += to < step
        if stays:
            self.add_steps(stays, inside, as_of, entry, backfill, windows)

    def add_steps(self, stays, inside, as_of, entry, backfill, windows):
        counted = {}                            # the entry of each step that counts, as an index
        for i, stay in enumerate(stays):
            if entry == 'last' or stay[0] not in counted:
                counted[stay[0]] = i
        for step in range(1, max(counted) + 1):
            count = self.count[step]
            if step not in counted:
                count['skipped'] += 1
                if backfill:
                    count.update(entered=1, converted=1, from_first=1)
                continue
            count['entered'] += 1
            count['from_first'] += backfill or (1 in counted and any(
                stay[0] == step for stay in stays[counted[1]:]))
            begin = stays[counted[step]][1]
            later = [stay[1] for stay in stays[counted[step] + 1:] if stay[0] > step]
            window = windows[step - 1] if step <= len(windows) else None
            if later and (window is None or later[0] - begin <= window):
                count['converted'] += 1
                self.times[step].append(later[0] - begin)
            elif later or not inside or (window is not None and (as_of is None or as_of - begin > window)):
                count['dropped'] += 1

    def steps(self):
        for step in range(1, NSTEPS + 1):
            count, last = self.count[step], step == NSTEPS
            entered, converted, dropped = count['entered'], count['converted'], count['dropped']
            yield [step, entered, None if last else converted, None if last else ratio(converted, entered),
                   ratio(count['from_first'], self.count[1]['entered']), *self.days(self.times[step]),
                   None if last else entered - converted - dropped, None if last else dropped, count['skipped']]

    def stay_rows(self):
        for step in range(1, NSTEPS + 1):
            count = self.count[step]
            yield [step, count['stays'], *self.days(self.stays[step]), count['ongoing'], count['returned'], count['moved_back']]

    @staticmethod
    def days(times):
        return (percentile_disc(0.5, [usecs // USECS_PER_DAY for usecs in times]),
                ratio(Fraction(sum(times), USECS_PER_DAY), len(times)))


def sql_of(rules, dates):
    as_of, entry, backfill, windows = rules
    at = 'NULL' if as_of is None else "'%s'" % (iso(as_of // USECS_PER_DAY) if dates else instant(as_of))
    return "%s::%s, '%s', %s, '{%s}'" % (at, 'date' if dates else 'timestamptz', entry, backfill, ','.join(
        'NULL' if usecs is None else '%d us' % usecs for usecs in windows))


def random_events(rng):
    events, step, at = [], 1, START * USECS_PER_DAY
    for _ in range(rng.randrange(1, 9)):
        at += rng.choice([0, 0, rng.randrange(20 * USECS_PER_DAY), rng.randrange(20) * USECS_PER_DAY])
        step = rng.choice([step, step + 1, step + 1, step + 2, step - 1, 0, None]) if step else rng.randrange(1, 4)
        if step is not None:
            step = min(max(step, 0), NSTEPS)
        when = rng.choice([None, 'infinity', '-infinity']) if rng.random() < 0.06 else at
        events.append((step, when))
        step = step or rng.choice([0, 1, 2])
    rng.shuffle(events)
    return events


def make(rng, sets):
    data, columns = [], []
    for ds in range(sets):
        entities = [random_events(rng) for _ in range(rng.choice([0, 1, 2, 4, 8]))]
        data.append(entities)
        for entity, events in enumerate(entities):
            for step, when in events:
                known = isinstance(when, int)
                columns.append((ds, entity, step, iso(when // USECS_PER_DAY) if known else when, instant(when) if known else when))
    yield table('stage_change', 'ds int, entity int, step int, on_day date, at timestamptz', columns)
    yield '''CREATE TABLE path AS
    SELECT ds, entity, funnel_path(step, on_day) AS by_day, funnel_path(step, at) AS by_instant FROM stage_change GROUP BY ds, entity;
CREATE INDEX ON path (ds);
ANALYZE path;
'''
    for number, rules in enumerate(RULES):
        for dates in (True, False):
            yield from of_rules(data, rules, dates, 'funnel_%d_%d' % (number, dates))


def of_rules(data, rules, dates, name):
    summaries = []
    for entities in data:
        summary = Summary()
        for events in entities:
            summary.add([(step, None if not isinstance(at, int) else at // USECS_PER_DAY * USECS_PER_DAY if dates else at)
                         for step, at in events if step is not None], *rules)
        summaries.append(summary)
    column = 'by_day' if dates else 'by_instant'
    arguments = column if rules == RULES[0] else '%s, %s' % (column, sql_of(rules, dates))
    yield '''CREATE TABLE %s AS
    SELECT ds, (SELECT funnel_summary(%s) FROM path WHERE path.ds = ds.ds) AS s FROM generate_series(0, %d) AS ds;
''' % (name, arguments, len(data) - 1)
    yield Query('funnel_steps of (%s)' % arguments,
                [('(exact)', 'ds'), ('(exact)', 'step'), ('exact', 'entered'), ('exact', 'converted'), ('double', 'conversion'),
                 ('double', 'conversion_from_first'), ('double', 'median_days'), ('double', 'avg_days'),
                 ('exact', 'in_progress'), ('exact', 'dropped'), ('exact', 'skipped')],
                'FROM %s, funnel_steps(s, %d) ORDER BY ds, step' % (name, NSTEPS),
                lambda: ([ds, *row] for ds, summary in enumerate(summaries) for row in summary.steps()))
    yield Query('funnel_stays of (%s)' % arguments,
                [('(exact)', 'ds'), ('(exact)', 'step'), ('exact', 'stays'), ('double', 'median_days'), ('double', 'avg_days'),
                 ('exact', 'ongoing'), ('exact', 'returned'), ('exact', 'moved_back')],
                'FROM %s, funnel_stays(s, %d) ORDER BY ds, step' % (name, NSTEPS),
                lambda: ([ds, *row] for ds, summary in enumerate(summaries) for row in summary.stay_rows()))
    yield Query('num_missing_times of (%s)' % arguments, [('(exact)', 'ds'), ('exact', 'num_missing_times(s)')],
                'FROM %s ORDER BY ds' % name,
                lambda: ([ds, summary.count[0]['missing']] for ds, summary in enumerate(summaries)))
