#!/usr/bin/python3
"""An implementation of the KPIs that has nothing in common with the extension but its documentation.

    oracle.py sql SEED SETS      writes SQL: random data sets, and queries that COPY what the extension makes of them
    oracle.py check SEED SETS    reads what these queries wrote, and compares each value with exact fractions

Both make the same data from the seed. Rows are summed one by one as Fractions; nothing is kept, merged or rounded.
Prints a line "ok NAME: N values" or "not ok ..." for each query.
"""
import random
import sys
from decimal import Decimal, getcontext
from fractions import Fraction

import customers
import funnel
import meetings_and_leads
import numbers_alone
import opportunities
from exact import agrees

FAMILIES = (opportunities, meetings_and_leads, funnel, customers, numbers_alone)


def statements(seed, sets):
    for family in FAMILIES:
        yield from family.make(random.Random('%s %s' % (seed, family.__name__)), sets)


def write_sql(seed, sets):
    queries = 0
    for statement in statements(seed, sets):
        if isinstance(statement, str):
            print(statement, end='')
        else:
            print('\\echo ### %d\nCOPY (%s) TO stdout;' % (queries, statement.sql))
            queries += 1


def answers_of(lines):
    """The rows that each query wrote, by its number, with None for NULL."""
    answers = {}
    for line in lines:
        line = line.rstrip('\n')
        if line.startswith('### '):
            rows = answers[int(line[4:])] = []
        else:
            rows.append([None if text == '\\N' else text for text in line.split('\t')])
    return answers


def shown(value):
    if isinstance(value, Fraction):
        return '%s = %s' % (value, Decimal(value.numerator) / value.denominator) if value.denominator < 1e9 else \
            Decimal(value.numerator) / value.denominator
    return value


def check_query(query, rows):
    """The number of values that were compared, and a description of the first one that is wrong."""
    values = wrong = 0
    example = ''
    expected_rows = list(query.expected())
    if len(rows) != len(expected_rows):
        wrong, example = 1, '%d rows, not %d' % (len(rows), len(expected_rows))
    for row, expected in zip(rows, expected_rows):
        for kind, label, text, value in zip(query.kinds, query.labels, row, expected, strict=True):
            values += not kind.startswith('(')
            if not agrees(kind, text, value):
                wrong += 1
                example = example or '%s of %s is %s, not %s' % (label, row[0], text, shown(value))
    return values, wrong, example


def check(seed, sets):
    answers = answers_of(sys.stdin)
    total = 0
    getcontext().prec = 60
    queries = (statement for statement in statements(seed, sets) if not isinstance(statement, str))
    for number, query in enumerate(queries):
        values, wrong, example = check_query(query, answers.get(number, []))
        total += values
        if wrong or not values:
            print('not ok %s: %d of %d values are wrong: %s' % (query.name, wrong, values, example))
        else:
            print('ok %s: %d values' % (query.name, values))
    print('total %d' % total)


if __name__ == '__main__':
    {'sql': write_sql, 'check': check}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
