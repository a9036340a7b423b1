"""The conformance suite: what holds for every rule, one after the other, with nothing pruned."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import random
import re
from dataclasses import replace
from functools import cache
from itertools import islice
from types import ModuleType

import pytest

import fullrate.rules
from fullrate.auditing import TOLERANCE
from fullrate.case import derive
from fullrate.rules import RULES, activities, ledgers, limits
from fullrate.rules.base import Rule
from rules import cases, independence, known, points
from rules.reading import Cells, declared_of, keys_of

FEWEST = 0.15
"""Share of the points that must be refused, and accepted, for a comparison to mean something."""
WITHOUT_BOTTOM = ("WAIT", "WISHES")
"""The rules that say what time is, and what is missed: without them the first stage has no least value at all."""


def module_of(rule: Rule) -> ModuleType:
    return importlib.import_module(rule.check.__module__)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
class TestEveryRule:
    def test_rows_and_check_agree_at_any_point(self, rule: Rule) -> None:
        """And the check asks for what is declared only: its own cells, and for a ledger those of who sends to it."""
        tally = points.compare(rule.code, 500)
        agree(tally)
        senders = [other for other in RULES if rule.code.lower() in ledgers_of(other)]
        allowed = declared_of(rule).union(*(declared_of(other) for other in senders))
        undeclared = tally.seen - allowed - keys_of(tally.seen | allowed)
        assert not undeclared

    @pytest.mark.slow
    def test_rows_and_check_agree_at_many_points(self, rule: Rule) -> None:
        agree(points.compare(rule.code, 10_000, first_seed=1_000))

    def test_bites(self, rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without its rows the answer is another one, and the check says why it is wrong."""
        bare = replace(rule, rows=lambda case, cols: [])
        monkeypatch.setattr(fullrate.rules, "RULES", tuple(bare if one is rule else one for one in RULES))
        where = [one for one in known.KNOWN.values() if rule.code in one.rules]
        if rule.code in WITHOUT_BOTTOM:
            with pytest.raises(RuntimeError):
                known.first_stage(where[0].read())
            return
        assert any(moved_and_noticed(rule, one) for one in where)

    def test_what_is_declared_is_read(self, rule: Rule) -> None:
        """By its own check, or by that of a ledger it sends to."""
        readers = [rule, *(other for other in RULES if other.code.lower() in ledgers_of(rule))]
        unread = declared_of(rule) - {cell for cell, _ in NOT_IN_A_PLAN}
        for seed in range(40):
            unread = unread.difference(*(cells_read_by(reader, seed) for reader in readers))
            if not unread:
                return
        assert not unread

    def test_rows_of_the_docstring_are_executed(self, rule: Rule) -> None:
        module = module_of(rule)
        text = "".join(example.want for test in doctest.DocTestFinder().find(module) for example in test.examples)
        assert re.search(r"^\w+\[.*\]: .*(<=|>=|=) -?[\d.]+$", text, flags=re.MULTILINE), "no row is shown"
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        assert doctest.testmod(module, optionflags=flags).failed == 0

    def test_docstring_has_equation_and_symbols(self, rule: Rule) -> None:
        text = module_of(rule).__doc__ or ""
        assert ".. math::" in text
        assert re.search(r"^=+( =+)+\nsymbol +meaning", text, flags=re.MULTILINE)
        assert rule.title.endswith(".")
        assert rule.code.isupper()

    def test_check_knows_tables_and_plan_only(self, rule: Rule) -> None:
        assert independence.forbidden_in_check(module_of(rule)) == set()


NOT_IN_A_PLAN = {
    ("recipients", "weight"): "weighs waits against each other in a stage; a plan is right with any weights",
    ("restrictions", "restriction"): "a name",
}.items()
"""Cells that shape which plan is chosen, but not whether a plan is right, with the reason."""


def agree(tally: points.Tally) -> None:
    """No dispute, and enough points on either side."""
    assert not tally.disputes, "\n\n".join(tally.disputes[:3])
    assert tally.refused >= FEWEST * tally.count
    assert tally.accepted >= FEWEST * tally.count


def moved_and_noticed(rule: Rule, one: known.Known) -> bool:
    """Whether the answer of a known scenario has changed and the rule's check fires on it."""
    tables = one.read()
    days, plan = known.first_stage(tables, pruned=False, wish=one.wish)
    noticed = any(excess.size > TOLERANCE for excess in rule.check(tables, plan))
    return noticed and abs(days - one.days) > TOLERANCE


@cache
def cells_read_by(rule: Rule, seed: int) -> Cells:
    """Cells its check asks for at some points of one of its scenarios."""
    on = points.bench(rule.code, cases.scenario(rule.code, seed), also=True)
    some = islice(points.points(on, random.Random(seed)), 3) if on else ()
    return set().union(*(points.by_check(on, point)[2] for point in some)) if on else set()


@cache
def ledgers_of(rule: Rule) -> set[str]:
    """Ledgers the rule sends to, in a scenario that has everything."""
    case = derive(cases.world_of(cases.FEATURES, 0).read(), pruned=False)
    return {ledger for ledger, _ in rule.sends(case, fullrate.rules.columns_of(case))}


def test_nothing_forgotten() -> None:
    """Every module of the three packages is a rule, every rule has a case and is known to bite."""
    packages = (activities, ledgers, limits)
    modules = {
        f"{package.__name__}.{found.name}" for package in packages for found in pkgutil.iter_modules(package.__path__)
    }
    assert modules == {rule.check.__module__ for rule in RULES}
    assert {rule.code for rule in RULES} == set(cases.CASES)
    assert {code for one in known.KNOWN.values() for code in one.rules} == set(cases.CASES)


@pytest.mark.parametrize("name", known.KNOWN)
def test_known_answers(name: str) -> None:
    one = known.KNOWN[name]
    for pruned in (True, False):
        assert known.first_stage(one.read(), pruned=pruned, wish=one.wish)[0] == pytest.approx(
            one.days, rel=1e-6, abs=1e-6
        )
