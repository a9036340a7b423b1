"""Faults seeded into the rules, too loose and too tight, of the kinds that planning programs have had."""

# ruff: noqa: E501 (tables of faults, one line each)

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

import fullrate.rules
from fullrate.case import Case
from rules import breaking as broken
from rules.breaking import Break, rows, sees, sends

LOOSE, TIGHT, WRONG = "too loose", "too tight", "wrong"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        rule: code of the rule it is in.
        name: what is wrong, in words.
        side: whether it allows too much, too little, or something else.
        inject: makes the broken rule.
        seen_in: code of the rule whose rows show it: the ledger for what an activity sends.
    """

    rule: str
    name: str
    side: str
    inject: Break
    seen_in: str = ""

    @property
    def ask(self) -> str:
        return self.seen_in or self.rule


@contextmanager
def injected(fault: Fault) -> Iterator[None]:
    """All rules, one of them broken; checks are left alone."""
    before = fullrate.rules.RULES
    try:
        fullrate.rules.RULES = tuple(fault.inject(rule) if rule.code == fault.rule else rule for rule in before)
        yield
    finally:
        fullrate.rules.RULES = before


def capacity(**change: Callable[[Case], object]) -> Break:
    """A view of the case with other capacities."""
    return sees(lambda case: replace(case, capacity=replace(case.capacity, **{k: f(case) for k, f in change.items()})))


def of(part: str, **change: Callable[[Case], object]) -> Break:
    """A view of the case with one of its parts changed."""
    return sees(
        lambda case: replace(case, **{part: replace(getattr(case, part), **{k: f(case) for k, f in change.items()})})
    )


def whole(**change: Callable[[Case], object]) -> Break:
    """A view of the case with parts replaced."""
    return sees(lambda case: replace(case, **{name: make(case) for name, make in change.items()}))


def columns_of(name: str, **change: Callable[[Case], object]) -> Break:
    """A view of the case with other columns in a table."""
    return sees(lambda case: broken.table(case, name, **{column: make(case) for column, make in change.items()}))


def rounded_down(case: Case) -> object:
    return replace(case.calendar, rounding="floor").arrivals(case.tables["processes"].lead_d)


def waits_to_the_end(case: Case) -> object:
    """Relief as if a unit came at the end of its period."""
    return case.needs.relief - (case.calendar.lengths / 2)[None, :] / np.maximum(case.needs.qty, 1e-9)[:, None]


def late_like_backlog(case: Case) -> object:
    """Relief of lost needs as if their units came late."""
    soon = (case.calendar.middles[None, :]) / np.maximum(case.needs.qty, 1e-9)[:, None]
    return np.where(case.needs.lost[:, None], case.needs.relief - soon, case.needs.relief)


def all_at_once(case: Case) -> object:
    return np.where(case.needs.arisen > 0, case.needs.qty[:, None], 0.0)


# fmt: off
ACTIVITIES = (
    Fault("MAKE", "rate doubled", LOOSE, rows("make_rate", broken.times(2))),
    Fault("MAKE", "rate halved", TIGHT, rows("make_rate", broken.times(0.5))),
    Fault("MAKE", "rate of a day for the whole period", TIGHT, capacity(process=lambda c: c.capacity.process / c.calendar.lengths)),
    Fault("MAKE", "blank rate read as zero", TIGHT, capacity(process=lambda c: broken.blank_is_zero(c.capacity.process))),
    Fault("MAKE", "output a period late", TIGHT, whole(lead=lambda c: broken.shifted(c.lead, 1)), "ITEMS"),
    Fault("MAKE", "output a period early", LOOSE, whole(lead=lambda c: broken.shifted(c.lead, -1)), "ITEMS"),
    Fault("MAKE", "lead rounded down", LOOSE, whole(lead=rounded_down), "ITEMS"),
    Fault("MAKE", "yield forgotten", LOOSE, whole(good=lambda c: np.repeat(c.tables["processes"].out_qty[:, None], c.calendar.periods, 1)), "ITEMS"),
    Fault("MAKE", "yield taken off the inputs as well", LOOSE, of("recipes", qty=lambda c: np.where(c.recipes.role == "in", c.recipes.qty * c.tables["processes"]["yield"][c.recipes.process], c.recipes.qty)), "ITEMS"),
    Fault("MAKE", "every reject repairable", LOOSE, whole(rejected=lambda c: c.tables["processes"].out_qty[:, None] - c.good), "ITEMS"),
    Fault("MAKE", "inputs taken at the start whatever their offset", WRONG, of("recipes", taken=lambda c: c.calendar.arrivals(0 * c.tables["recipe"].offset_d)), "ITEMS"),
    Fault("USE", "largest share ignored", LOOSE, rows("use_most", broken.removed)),
    Fault("USE", "slot need not be filled", LOOSE, rows("use_slot", broken.loose_below)),
    Fault("USE", "quantity of the other alternative", WRONG, of("recipes", qty=lambda c: np.roll(c.recipes.qty, 1))),
    Fault("SHIP", "kilograms counted as units", WRONG, columns_of("items", mass=lambda c: 0 * c.tables["items"].mass + 1)),
    Fault("SHIP", "capacity of the neighbouring lane", WRONG, rows("ship_capacity", broken.neighbours)),
    Fault("SHIP", "loss forgotten", LOOSE, columns_of("lanes", loss=lambda c: 0 * c.tables["lanes"].loss), "ITEMS"),
    Fault("SHIP", "goods arrive at once", LOOSE, whole(transit=lambda c: c.calendar.arrivals(0 * c.tables["lanes"].lead_d)), "ITEMS"),
    Fault("HOLD", "blank room read as zero", TIGHT, of("points", room=lambda c: broken.blank_is_zero(c.points.room))),
    Fault("HOLD", "first period free", LOOSE, rows("hold_room", broken.first_free)),
    Fault("HOLD", "stock of the period before forgotten", TIGHT, sends("items", 1, lambda terms: terms.by(0.0)), "ITEMS"),
    Fault("HOLD", "stock of the period before with the wrong sign", TIGHT, sends("items", 1, lambda terms: -terms), "ITEMS"),
    Fault("DELIVER", "need halved", TIGHT, rows("need", broken.times(0.5))),
    Fault("DELIVER", "value of a variant ignored", WRONG, of("deliveries", value=lambda c: 0 * c.deliveries.value + 1)),
    Fault("BUILD", "works a period early", LOOSE, capacity(ready=lambda c: broken.shifted(c.capacity.ready, -1))),
    Fault("BUILD", "ramp ignored", LOOSE, capacity(ready=lambda c: broken.at_once(c.capacity.ready))),
    Fault("BUILD", "level of the period before forgotten", TIGHT, rows("build_ready", broken.without_past)),
    Fault("BUILD", "most builds doubled", LOOSE, rows("build_max", broken.times(2))),
    Fault("BUILD", "half builds", LOOSE, broken.fractions),
    Fault("OPEN", "only the last gate paid for", LOOSE, sees(lambda case: broken.emptied(case, "links"))),
    Fault("OPEN", "a gate paid in part", LOOSE, broken.fractions),
    Fault("LOT", "smallest lot halved", LOOSE, columns_of("processes", min_lot=lambda c: c.tables["processes"].min_lot / 2)),
    Fault("LOT", "smallest lot doubled", TIGHT, columns_of("processes", min_lot=lambda c: c.tables["processes"].min_lot * 2)),
    Fault("LOT", "first period free", LOOSE, rows("lot_least", broken.first_free)),
)

LEDGERS = (
    Fault("ITEMS", "stock at the start forgotten", TIGHT, of("points", initial=lambda c: 0 * c.points.initial)),
    Fault("ITEMS", "stock at the start counted twice", LOOSE, of("points", initial=lambda c: 2 * c.points.initial)),
    Fault("ITEMS", "receipts a period early", LOOSE, of("points", receipts=lambda c: np.roll(c.points.receipts, -1, axis=1))),
    Fault("ITEMS", "barred receipts arrive", LOOSE, of("barred", receipt=lambda c: np.zeros_like(c.barred.receipt))),
    Fault("ITEMS", "stock of the neighbouring point", WRONG, rows("items", broken.neighbours)),
    Fault("ITEMS", "last period free", LOOSE, rows("items", broken.last_free)),
    Fault("ITEMS", "more may be taken than there is", LOOSE, rows("items", broken.loose_below)),
    Fault("HOURS", "removed", LOOSE, rows("hours", broken.removed)),
    Fault("HOURS", "capacity doubled", LOOSE, rows("hours", broken.times(2))),
    Fault("HOURS", "capacity halved", TIGHT, rows("hours", broken.times(0.5))),
    Fault("HOURS", "capacity of the neighbouring resource", WRONG, rows("hours", broken.neighbours)),
    Fault("HOURS", "first period free", LOOSE, rows("hours", broken.first_free)),
    Fault("LABOUR", "nobody leaves", LOOSE, capacity(pool=lambda c: (c.tables["pools"].heads * c.tables["pools"].hours)[:, None] * c.calendar.lengths)),
    Fault("LABOUR", "one head works", TIGHT, capacity(pool=lambda c: c.capacity.pool / np.maximum(c.tables["pools"].heads, 1)[:, None])),
    Fault("MONEY", "what is left is forgotten", TIGHT, rows("money", broken.without_past)),
    Fault("MONEY", "what is left with the wrong sign", TIGHT, rows("money", broken.against_past)),
    Fault("MONEY", "what lapses is kept", LOOSE, of("money", carried=lambda c: np.ones_like(c.money.carried))),
    Fault("MONEY", "expired money is spent", LOOSE, of("money", spendable=lambda c: np.ones_like(c.money.spendable))),
    Fault("MONEY", "allotment of the neighbouring fund", WRONG, rows("money", broken.neighbours)),
    Fault("MONEY", "0.1 % more than there is", LOOSE, rows("money", broken.times(1.001))),
    Fault("WAIT", "a unit waits to the end of its period", WRONG, of("needs", relief=waits_to_the_end)),
    Fault("WAIT", "needs of a recipient added up", WRONG, of("needs", share=lambda c: (c.needs.share > 0) * 1.0)),
    Fault("WAIT", "a lost unit counted as late", WRONG, of("needs", relief=late_like_backlog)),
    Fault("WAIT", "a day of waiting forgotten", WRONG, rows("wait", broken.plus(-1.0))),
)

LIMITS = (
    Fault("ACCRUE", "all of the need at once", LOOSE, of("needs", arisen=all_at_once)),
    Fault("ACCRUE", "what is owed is forgotten", TIGHT, rows("accrue", broken.without_past)),
    Fault("ACCRUE", "what is owed with the wrong sign", WRONG, rows("accrue", broken.against_past)),
    Fault("ACCRUE", "need halved", TIGHT, rows("accrue", broken.times(0.5))),
    Fault("ACCRUE", "last period free", LOOSE, rows("accrue", broken.last_free)),
    Fault("LOST", "removed", LOOSE, rows("lost", broken.removed)),
    Fault("LOST", "need halved", TIGHT, rows("lost", broken.times(0.5))),
    Fault("LOST", "first period free", LOOSE, rows("lost", broken.first_free)),
    Fault("GATE", "a period early", LOOSE, of("openings", gate=lambda c: np.maximum(c.openings.gate - 1, 0))),
    Fault("GATE", "a period late", TIGHT, of("openings", gate=lambda c: c.openings.gate + (c.openings.gate > 0))),
    Fault("GATE", "builds need no gate", LOOSE, rows("gate_build", broken.removed)),
    Fault("GATE", "the neighbouring gate", WRONG, of("openings", gate=lambda c: np.append(np.roll(c.openings.gate[:-1], 1), 0))),
    Fault("OPENING", "opens a period late", TIGHT, of("openings", site=lambda c: c.openings.site + 1)),
    Fault("OPENING", "closes a period early", TIGHT, of("openings", site_end=lambda c: c.openings.site_end - 1)),
    Fault("OPENING", "never closes", LOOSE, of("openings", site_end=lambda c: 0 * c.openings.site_end + c.calendar.periods)),
    Fault("OPENING", "need met before it is there", LOOSE, rows("opens_deliver", broken.removed)),
    Fault("OPENING", "departures from a closed site", LOOSE, rows("opens_ship", broken.removed)),
    Fault("OPENING", "builds before their date", LOOSE, rows("opens_build", broken.removed)),
    Fault("BARRED", "removed for starts", LOOSE, rows("barred_make", broken.removed)),
    Fault("BARRED", "removed for departures", LOOSE, rows("barred_ship", broken.removed)),
    Fault("BARRED", "stock that is held is free", LOOSE, of("barred", held=lambda c: np.zeros_like(c.barred.held))),
    Fault("BARRED", "a period early", TIGHT, of("barred", process=lambda c: c.barred.process | np.roll(c.barred.process, -1, axis=1))),
    Fault("BARRED", "ends before its last period", LOOSE, of("barred", shipment=lambda c: c.barred.shipment & np.roll(c.barred.shipment, -1, axis=1))),
    Fault("BARRED", "for ever once it begins", TIGHT, of("barred", process=lambda c: np.maximum.accumulate(c.barred.process, axis=1))),
)
# fmt: on

FAMILIES = {"activities": ACTIVITIES, "ledgers": LEDGERS, "limits": LIMITS}
FAULTS = tuple((family, fault) for family, each in FAMILIES.items() for fault in each)
