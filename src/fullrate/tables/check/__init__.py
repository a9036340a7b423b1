"""The checker: every rule a scenario must keep before it is planned.

One file per theme; each theme is a function from tables to problems. Rules that follow from the
declaration of a column (range, unit, name that must exist) are derived from the spec in ``cells``, so only
the interesting rules are written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.findings import Finding, in_order
from fullrate.tables.check.addresses import addresses
from fullrate.tables.check.bills import bills
from fullrate.tables.check.cells import cells
from fullrate.tables.check.cycles import cycles, gate_cycles
from fullrate.tables.check.dates import dates
from fullrate.tables.check.economy import economy
from fullrate.tables.check.evidence import evidence
from fullrate.tables.check.fleet import fleet, workshops
from fullrate.tables.check.growth import growth
from fullrate.tables.check.keys import keys
from fullrate.tables.check.later import later
from fullrate.tables.check.learning import learning
from fullrate.tables.check.mitigations import mitigations
from fullrate.tables.check.modes import modes
from fullrate.tables.check.network import network
from fullrate.tables.check.people import people
from fullrate.tables.check.ranges import ranges
from fullrate.tables.check.reach import reach
from fullrate.tables.check.risks import risks
from fullrate.tables.check.shares import shares
from fullrate.tables.check.shelf import shelf
from fullrate.tables.check.stocks import stocks
from fullrate.tables.check.trials import at_risk, redone, trials, unpassable
from fullrate.tables.check.unsaid import unsaid
from fullrate.tables.check.wishes import wishes
from fullrate.tables.model import Tables
from fullrate.tables.place import locate
from fullrate.tables.problem import Problem
from fullrate.tables.settings import NO_START

SHAPE = ("items", "sites", "processes", "recipe", "lanes", "stock", "recipients")
"""Tables that say what leads where."""

PASSAGE = ("gates", "links")
"""Tables that say what waits for what."""

NAMES = ("FR107", "FR109", "FR110", "FR201", "FR202", "FR314")
"""Codes after which a row of those tables may lead, or wait, elsewhere than was meant."""


def check(tables: Tables) -> list[Finding]:
    """Everything that is wrong with the tables, all at once: errors first, then by file and line."""
    return in_order(locate(tables, problems(tables)))


def problems(tables: Tables) -> Iterator[Problem]:
    """Every problem, theme by theme.

    What can be reached is judged only when all names of the network are right: a lane with a misspelt end
    would otherwise be reported once for the name and again for every need behind it. Dates are judged
    only against a start that could be read.
    """
    if tables.economy_only:
        for theme in (cells, keys, economy, evidence):
            yield from theme(tables)
        return
    broken: set[str] = set()
    for problem in _alone(tables):
        broken |= {problem.table} if problem.code in NAMES else set()
        yield problem
    net = network(tables)
    yield from cycles(tables, net)
    yield from shelf(tables, net)
    if broken.isdisjoint((*SHAPE, *PASSAGE)):
        yield from unpassable(tables, net)
    if broken.isdisjoint(SHAPE):
        yield from workshops(tables)
    if tables.config.start != NO_START and broken.isdisjoint(SHAPE):
        yield from reach(tables, net)


def _alone(tables: Tables) -> Iterator[Problem]:
    """Problems that need no view of the network as a whole."""
    yield from cells(tables)
    yield from keys(tables)
    yield from addresses(tables)
    yield from later(tables)
    yield from bills(tables)
    yield from learning(tables)
    yield from growth(tables)
    yield from stocks(tables)
    yield from shares(tables)
    yield from modes(tables)
    yield from people(tables)
    yield from wishes(tables)
    yield from fleet(tables)
    yield from unsaid(tables)
    yield from gate_cycles(tables)
    yield from trials(tables)
    yield from at_risk(tables)
    yield from redone(tables)
    yield from evidence(tables)
    yield from ranges(tables)
    yield from risks(tables)
    yield from mitigations(tables)
    yield from economy(tables)
    if tables.config.start != NO_START:
        yield from dates(tables)
