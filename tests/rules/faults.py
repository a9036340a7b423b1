"""Faults seeded into the rules, too loose and too tight, of the kinds that planning programs have had."""

# ruff: noqa: E501 (tables of faults, one line each)

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

import fullrate.rules
from fullrate.case import Case
from fullrate.lp.rows import RowBlock
from fullrate.rules.base import Cols
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
    Fault("MAKE", "effort of experience a period early", LOOSE, of("learning", effort=lambda c: np.roll(c.learning.effort, -1, axis=1)), "HOURS"),
    Fault("MAKE", "a per cent less effort than the curve says", LOOSE, of("learning", effort=lambda c: 0.99 * c.learning.effort), "LABOUR"),
    Fault("MAKE", "nothing is learnt", TIGHT, of("learning", effort=lambda c: 0 * c.learning.effort + 1), "HOURS"),
    Fault("MAKE", "what does not learn gets easier", LOOSE, of("learning", taught=lambda c: c.learning.taught | True), "HOURS"),
    Fault("USE", "largest share ignored", LOOSE, rows("use_most", broken.removed)),
    Fault("USE", "slot need not be filled", LOOSE, rows("use_slot", broken.loose_below)),
    Fault("USE", "quantity of the other alternative", WRONG, of("recipes", qty=lambda c: np.roll(c.recipes.qty, 1))),
    Fault("SHIP", "kilograms counted as units", WRONG, of("shipments", measure=lambda c: 0 * c.shipments.measure + 1)),
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
    Fault("DISPATCH", "smallest shipment halved", LOOSE, columns_of("lanes", min_ship=lambda c: c.tables["lanes"].min_ship / 2)),
    Fault("DISPATCH", "smallest shipment doubled", TIGHT, columns_of("lanes", min_ship=lambda c: c.tables["lanes"].min_ship * 2)),
    Fault("DISPATCH", "a shipment in part", LOOSE, broken.fractions),
    Fault("DISPATCH", "leaves without being sent", LOOSE, rows("dispatch_most", broken.removed)),
    Fault("DISPATCH", "kilograms counted as units", WRONG, of("shipments", measure=lambda c: 0 * c.shipments.measure + 1)),
    Fault("DISPATCH", "first period free", LOOSE, rows("dispatch_least", broken.first_free)),
    Fault("DISPATCH", "cost of a shipment forgotten", LOOSE, sends("money", 0, lambda terms: terms.by(0.0)), "MONEY"),
    Fault("LOT", "smallest lot halved", LOOSE, columns_of("processes", min_lot=lambda c: c.tables["processes"].min_lot / 2)),
    Fault("LOT", "smallest lot doubled", TIGHT, columns_of("processes", min_lot=lambda c: c.tables["processes"].min_lot * 2)),
    Fault("LOT", "first period free", LOOSE, rows("lot_least", broken.first_free)),
    Fault("RISK", "before the gate begins", LOOSE, rows("risk_begin", broken.removed)),
    Fault("RISK", "a period late", TIGHT, of("risk", first=lambda c: c.risk.first + 1)),
    Fault("RISK", "half a build", LOOSE, broken.fractions),
    Fault("RISK", "what is redone costs nothing", LOOSE, of("risk", factor=lambda c: 0 * c.risk.factor + 1), "MONEY"),
    Fault("BUILD", "at risk in use before the gate is passed", LOOSE, of("risk", ready=lambda c: c.capacity.ready)),
    Fault("BUILD", "at risk in use a period late", TIGHT, of("risk", ready=lambda c: broken.shifted(c.risk.ready, 1))),
    Fault("OPEN", "at risk of a gate that is not paid for", LOOSE, rows("open_risk", broken.removed)),
    Fault("TEST", "any number of tests", LOOSE, rows("test_once", broken.removed)),
    Fault("TEST", "half a test", LOOSE, broken.fractions),
    Fault("TEST", "passed a period early", LOOSE, of("trials", passed=lambda c: broken.from_then(c.trials.passed, -1))),
    Fault("TEST", "passed a period late", TIGHT, of("trials", passed=lambda c: broken.from_then(c.trials.passed, 1))),
    Fault("TEST", "starts need no test", LOOSE, rows("test_make", broken.removed)),
    Fault("TEST", "builds need no test", LOOSE, rows("test_build", broken.removed)),
    Fault("TEST", "a thousandth of what can start", TIGHT, capacity(process=lambda c: c.capacity.process / 1000)),
    Fault("TEST", "tests do not wait for each other", LOOSE, rows("test_link", broken.removed)),
    Fault("TEST", "a test waits a period too long for another", TIGHT, of("trials", released=lambda c: broken.from_then(c.trials.released, 1))),
    Fault("TEST", "tests do not wait for gates with a date", LOOSE, rows("test_before", broken.removed)),
    Fault("TEST", "a test waits a period too long for a gate with a date", TIGHT, of("trials", ready=lambda c: c.trials.ready + 1)),
    Fault("TEST", "articles for the first period made in it", LOOSE, rows("test_stock", broken.removed)),
    Fault("TEST", "articles taken a period late", LOOSE, sends("items", 0, lambda terms: terms.lag()), "ITEMS"),
    Fault("TEST", "articles forgotten", LOOSE, of("trials", articles=lambda c: 0 * c.trials.articles), "ITEMS"),
    Fault("TEST", "articles for one try only", LOOSE, of("trials", articles=lambda c: c.trials.articles / np.maximum(c.gates.tries, 1)), "ITEMS"),
    Fault("TEST", "articles counted twice", TIGHT, of("trials", articles=lambda c: 2 * c.trials.articles), "ITEMS"),
    Fault("TEST", "one try paid for", LOOSE, of("gates", tries=lambda c: 0 * c.gates.tries + 1), "MONEY"),
)

def people(**change: Callable[[Case], object]) -> Break:
    """A view of the case with other people."""
    return of("people", **change)


def trainees_are_heads(case: Case) -> object:
    """Trainees work like heads, and take no instructors' hours."""
    return case.people.hours


def unpriced(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """Only the rows of gates that cost money."""
    costs = dict(zip(case.axes["gate"].labels, case.tables["gates"].cost, strict=True))
    free = [costs[block.over[0].labels[at].rpartition("|")[2]] == 0 for at in block.at[0]]
    return replace(block, upper=np.where(free, np.inf, block.upper))


PEOPLE = (
    Fault("HIRE", "hires without limit", LOOSE, rows("hire_most", broken.removed)),
    Fault("HIRE", "hires of a day for the whole period", TIGHT, people(most=lambda c: c.people.most / c.calendar.lengths)),
    Fault("HIRE", "trained a period early", LOOSE, people(trained=lambda c: broken.shifted(c.people.trained, -1)), "HEADS"),
    Fault("HIRE", "trained a period late", TIGHT, people(trained=lambda c: broken.shifted(c.people.trained, 1)), "HEADS"),
    Fault("HIRE", "nobody drops out", LOOSE, columns_of("pools", dropout=lambda c: 0 * c.tables["pools"].dropout), "HEADS"),
    Fault("HIRE", "hires cost nothing", LOOSE, columns_of("pools", hire_cost=lambda c: 0 * c.tables["pools"].hire_cost), "MONEY"),
    Fault("HEADS", "quits of a year in every period", TIGHT, people(stays=lambda c: np.repeat(1 - c.tables["pools"].quit[:, None], c.calendar.periods, 1))),
    Fault("HEADS", "nobody quits", LOOSE, people(stays=lambda c: np.ones_like(c.people.stays))),
    Fault("HEADS", "heads of the period before forgotten", TIGHT, rows("heads", broken.without_past)),
    Fault("HEADS", "trainees of the period before forgotten", LOOSE, rows("train", broken.without_past)),
    Fault("HEADS", "heads of the start counted twice", LOOSE, rows("heads", broken.times(2))),
    Fault("HEADS", "heads from nowhere", LOOSE, rows("heads", broken.loose_above)),
    Fault("HEADS", "trainees work like heads", LOOSE, people(net=trainees_are_heads), "LABOUR"),
    Fault("HEADS", "trainees do nothing", TIGHT, people(net=lambda c: -np.outer(c.tables["pools"].trainer_h, c.calendar.lengths)), "LABOUR"),
    Fault("HEADS", "instructors work as well", LOOSE, people(net=lambda c: np.outer(c.tables["pools"].hours * c.tables["pools"].train_eff, c.calendar.lengths)), "LABOUR"),
    Fault("HEADS", "those hired do not count", TIGHT, sends("labour", 0, lambda terms: terms.by(0.0)), "LABOUR"),
    Fault("OVERTIME", "without limit", LOOSE, rows("overtime_most", broken.removed)),
    Fault("OVERTIME", "a share of half the capacity", TIGHT, rows("overtime_most", broken.times(0.5))),
    Fault("OVERTIME", "kept up for ever", LOOSE, rows("overtime_run", broken.removed)),
    Fault("OVERTIME", "rests twice as long", TIGHT, rows("overtime_run", broken.times(0.5))),
    Fault("OVERTIME", "no rest before the plan began", LOOSE, rows("overtime_run", broken.first_free)),
    Fault("OVERTIME", "output like regular hours", LOOSE, of("overtime", eff=lambda c: np.ones_like(c.overtime.eff)), "HOURS"),
    Fault("OVERTIME", "output of the other segment", WRONG, of("overtime", eff=lambda c: np.roll(c.overtime.eff, 1)), "HOURS"),
    Fault("OVERTIME", "hours of nobody's work", LOOSE, rows("overtime_load", broken.removed)),
    Fault("OVERTIME", "within the pool's regular hours", TIGHT, sends("labour", 0, lambda terms: terms.by(0.0)), "LABOUR"),
    Fault("OVERTIME", "costs nothing", LOOSE, of("overtime", cost=lambda c: 0 * c.overtime.cost), "MONEY"),
    Fault("OVERTIME", "no wage for what an hour falls short of", LOOSE, sends("money", 0, lambda terms: terms.by(0.0)), "MONEY"),
    Fault("BUILD", "loads no office", LOOSE, sends("hours", 1, lambda terms: terms.by(0.0)), "HOURS"),
    Fault("BUILD", "loads its office twice", TIGHT, sends("hours", 1, lambda terms: terms.by(2.0)), "HOURS"),
    Fault("BUILD", "loads its office a period late", WRONG, sends("hours", 1, lambda terms: terms.lag()), "HOURS"),
    Fault("OPEN", "loads no office", LOOSE, sends("hours", 0, lambda terms: terms.by(0.0)), "HOURS"),
    Fault("OPEN", "loads its office a period late", WRONG, sends("hours", 0, lambda terms: terms.lag()), "HOURS"),
    Fault("OPEN", "only gates with a price are asked for", LOOSE, rows("open_make", unpriced)),
    Fault("LABOUR", "no instructors needed", LOOSE, rows("instruct", broken.removed)),
    Fault("LABOUR", "twice the instructors", TIGHT, columns_of("pools", trainer_h=lambda c: 2 * c.tables["pools"].trainer_h)),
)

LEDGERS = (
    Fault("ITEMS", "stock at the start forgotten", TIGHT, of("points", initial=lambda c: 0 * c.points.initial)),
    Fault("ITEMS", "stock at the start counted twice", LOOSE, of("points", initial=lambda c: 2 * c.points.initial)),
    Fault("ITEMS", "receipts a period early", LOOSE, of("points", receipts=lambda c: np.roll(c.points.receipts, -1, axis=1))),
    Fault("ITEMS", "barred receipts arrive", LOOSE, of("barred", receipt=lambda c: np.zeros_like(c.barred.receipt))),
    Fault("ITEMS", "stock of the neighbouring point", WRONG, rows("items", broken.neighbours)),
    Fault("ITEMS", "last period free", LOOSE, rows("items", broken.last_free)),
    Fault("ITEMS", "more may be taken than there is", LOOSE, rows("items", broken.loose_below)),
    Fault("SHELF", "removed", LOOSE, rows("shelf_hold", broken.removed)),
    Fault("SHELF", "kept a period too long", LOOSE, of("shelf", gone=lambda c: broken.shifted(c.shelf.gone, 1))),
    Fault("SHELF", "gone a period too early", TIGHT, of("shelf", gone=lambda c: broken.shifted(c.shelf.gone, -1))),
    Fault("SHELF", "stock at the start not counted", TIGHT, of("shelf", known=lambda c: np.where(np.isfinite(c.shelf.known), 0.0, np.inf))),
    Fault("SHELF", "stock at the start keeps for ever", LOOSE, of("shelf", known=lambda c: c.shelf.known + c.points.initial[:, None])),
    Fault("SHELF", "stock too old at once is used", LOOSE, rows("shelf_waste", broken.removed)),
    Fault("SHELF", "what came before forgotten", TIGHT, rows("shelf_receive", broken.without_past)),
    Fault("SHELF", "arrivals counted twice", LOOSE, rows("shelf_receive", broken.loose_above)),
    Fault("SHELF", "goods do not age on their way", LOOSE, rows("shelf_ship", broken.removed)),
    Fault("SHIP", "what comes by lane is not fresh", TIGHT, sends("shelf", 0, lambda terms: terms.by(0.0)), "SHELF"),
    Fault("MAKE", "what is made is not fresh", TIGHT, sends("shelf", 0, lambda terms: terms.by(0.0)), "SHELF"),
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
    Fault("MONEY", "the most in all is forgotten", LOOSE, lambda rule: replace(rule, rows=lambda case, cols: [one for one in rule.rows(case, cols) if one.name != "spend_most"])),
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
    Fault("OPENING", "begun before it is decided", LOOSE, of("openings", decided=lambda c: 0)),
    Fault("OPENING", "hires before it is decided", LOOSE, rows("opens_hire", broken.removed)),
    Fault("MIX", "largest share ignored", LOOSE, rows("mix_most", broken.removed)),
    Fault("MIX", "least share doubled", TIGHT, of("mix", weight=lambda c: np.stack([2 * c.mix.weight[0] - 1.0 * (c.mix.weight[0] > 0), c.mix.weight[1]]))),
    Fault("MIX", "what is ahead of the least share is forgotten", TIGHT, rows("mix_least", broken.without_past)),
    Fault("MIX", "room below the largest share with the wrong sign", TIGHT, rows("mix_most", broken.against_past)),
    Fault("MIX", "shares of value instead of units", WRONG, of("mix", weight=lambda c: c.mix.weight * c.deliveries.value[c.mix.delivery])),
    Fault("MIX", "a period late", LOOSE, of("mix", first=lambda c: c.mix.first + 1, count=lambda c: np.maximum(c.mix.count - 1, 0))),
    Fault("MIX", "holds on when the next row begins", TIGHT, of("mix", count=lambda c: c.calendar.periods - c.mix.first)),
    Fault("MIX", "last period free", LOOSE, rows("mix_least", broken.last_free)),
    Fault("AOQ", "removed", LOOSE, rows("aoq", broken.removed)),
    Fault("AOQ", "limit doubled", LOOSE, of("quality", weight=lambda c: c.quality.weight + c.tables["quality"].aoq_max[c.quality.limit])),
    Fault("AOQ", "limit of each period instead of all", TIGHT, rows("aoq", broken.without_past)),
    Fault("AOQ", "defects in deliveries with the wrong sign", WRONG, of("quality", weight=lambda c: 2 * c.tables["quality"].aoq_max[c.quality.limit] - c.quality.weight)),
    Fault("AOQ", "sampling plan forgotten", WRONG, of("quality", weight=lambda c: (c.tables["quality"].aoq_max[c.quality.limit] - broken.stated_escape(c)[c.deliveries.item[c.quality.delivery]])[None, :])),
    Fault("AOQ", "a period late", LOOSE, of("quality", first=lambda c: c.quality.first + 1, count=lambda c: np.maximum(c.quality.count - 1, 0))),
    Fault("AOQ", "last period free", LOOSE, rows("aoq", broken.last_free)),
    Fault("BARRED", "removed for starts", LOOSE, rows("barred_make", broken.removed)),
    Fault("BARRED", "removed for departures", LOOSE, rows("barred_ship", broken.removed)),
    Fault("BARRED", "stock that is held is free", LOOSE, of("barred", held=lambda c: np.zeros_like(c.barred.held))),
    Fault("BARRED", "a period early", TIGHT, of("barred", process=lambda c: c.barred.process | np.roll(c.barred.process, -1, axis=1))),
    Fault("BARRED", "ends before its last period", LOOSE, of("barred", shipment=lambda c: c.barred.shipment & np.roll(c.barred.shipment, -1, axis=1))),
    Fault("LEARN", "experience need not be gathered", LOOSE, rows("learn_least", broken.removed)),
    Fault("LEARN", "half the experience is enough", LOOSE, rows("learn_least", broken.times(0.5))),
    Fault("LEARN", "twice the experience asked for", TIGHT, rows("learn_least", broken.times(2))),
    Fault("LEARN", "experience asked for a period early", TIGHT, of("learning", least=lambda c: np.roll(c.learning.least, -1, axis=1))),
    Fault("BARRED", "for ever once it begins", TIGHT, of("barred", process=lambda c: np.maximum.accumulate(c.barred.process, axis=1))),
    Fault("OUTAGE", "removed for starts", LOOSE, rows("outage_make", broken.removed)),
    Fault("OUTAGE", "half of what is left", TIGHT, of("outages", lane=lambda c: np.where(c.outages.lane < 1, c.outages.lane / 2, 1.0))),
    Fault("OUTAGE", "a period late", LOOSE, of("outages", process=lambda c: np.roll(c.outages.process, 1, axis=1))),
)

WISHES = (
    Fault("KEEP", "more is kept than is wanted", LOOSE, rows("keep_most", broken.removed)),
    Fault("KEEP", "a rival that never leaves", LOOSE, of("rivals", wanted=lambda c: np.maximum(c.rivals.wanted, c.rivals.wanted.max(axis=1, keepdims=True)))),
    Fault("KEEP", "half of what is wanted", TIGHT, rows("keep_most", broken.times(0.5))),
    Fault("KEEP", "wanted by the neighbouring rival", WRONG, rows("keep_most", broken.neighbours)),
    Fault("KEEP", "use that takes no hours", LOOSE, sends("hours", 0, lambda terms: terms.by(0.0)), "HOURS"),
    Fault("KEEP", "use that gives hours", LOOSE, sends("hours", 0, lambda terms: -terms), "HOURS"),
    Fault("KEEP", "use that takes no goods", LOOSE, sends("items", 0, lambda terms: terms.by(0.0)), "ITEMS"),
    Fault("KEEP", "goods taken a period late", WRONG, sends("items", 0, lambda terms: terms.lag()), "ITEMS"),
    Fault("FLOOR", "removed", LOOSE, rows("floor", broken.removed)),
    Fault("FLOOR", "all of it protected", TIGHT, of("rivals", floor=lambda c: c.rivals.wanted)),
    Fault("FLOOR", "half of the floor", LOOSE, rows("floor", broken.times(0.5))),
    Fault("FLOOR", "first period free", LOOSE, rows("floor", broken.first_free)),
    Fault("SAFETY", "removed", LOOSE, rows("safety", broken.removed)),
    Fault("SAFETY", "doubled", TIGHT, rows("safety", broken.times(2))),
    Fault("SAFETY", "first period free", LOOSE, rows("safety", broken.first_free)),
    Fault("FREEZE", "more may be ordered", LOOSE, rows("follow", broken.loose_above)),
    Fault("FREEZE", "orders doubled", WRONG, rows("follow", broken.times(2))),
    Fault("FREEZE", "orders a period late", WRONG, of("previous", qty=lambda c: np.roll(c.previous.qty, 1, axis=1))),
    Fault("FREEZE", "first period free", LOOSE, rows("follow", broken.first_free)),
    Fault("WISHES", "half a day of it forgotten", WRONG, rows("wishes", broken.plus(-0.5))),
    Fault("WISHES", "less is missed than is", LOOSE, rows("wishes", broken.loose_below)),
    Fault("WISHES", "removed", LOOSE, rows("wishes", broken.removed)),
    Fault("FLOOR", "weights ignored", WRONG, of("rivals", worth=lambda c: 0 * c.rivals.worth + 1), "WISHES"),
    Fault("SAFETY", "days forgotten", WRONG, sends("wishes", 0, lambda terms: terms.by(0.5)), "WISHES"),
    Fault("FREEZE", "only what is more counts", LOOSE, sends("wishes", 2, lambda terms: terms.by(0.0)), "WISHES"),
    Fault("MONEY", "claims of rivals forgotten", LOOSE, lambda rule: replace(rule, rows=lambda case, cols: rule.rows(case, replace(cols, sent={**cols.sent, "claims": ()})))),
    Fault("SHIP", "freight of rivals forgotten", LOOSE, lambda rule: replace(rule, rows=lambda case, cols: rule.rows(case, replace(cols, sent={**cols.sent, "freight": ()})))),
)

USE = (
    Fault("SERVE", "what worked before is forgotten", TIGHT, rows("serve", broken.without_past)),
    Fault("SERVE", "what worked before with the wrong sign", TIGHT, rows("serve", broken.against_past)),
    Fault("SERVE", "nothing need fail", LOOSE, rows("fail", broken.removed)),
    Fault("SERVE", "what fails goes on working", LOOSE, rows("serve", broken.removed)),
    Fault("SERVE", "fails twice as often", TIGHT, of("fleet", fails=lambda c: 2 * c.fleet.fails)),
    Fault("SERVE", "fails half as often", LOOSE, of("fleet", fails=lambda c: c.fleet.fails / 2)),
    Fault("SERVE", "failures of a day for the whole period", LOOSE, of("fleet", fails=lambda c: 1 - (1 - c.fleet.fails) ** (1 / c.calendar.lengths))),
    Fault("SERVE", "straight line instead of an exponential", TIGHT, of("fleet", fails=lambda c: -np.log1p(-c.fleet.fails))),
    Fault("SERVE", "wear that begins a period late", LOOSE, of("fleet", wear=lambda c: broken.shifted(c.fleet.wear, 1))),
    Fault("SERVE", "wear twice as fast", TIGHT, of("fleet", wear=lambda c: replace(c.fleet.wear, share=2 * c.fleet.wear.share))),
    Fault("SERVE", "nothing wears out", LOOSE, of("fleet", wear=lambda c: replace(c.fleet.wear, share=0 * c.fleet.wear.share))),
    Fault("SERVE", "defects that never fail", LOOSE, of("fleet", early=lambda c: 0 * c.fleet.early)),
    Fault("SERVE", "conditions of the neighbour", WRONG, of("fleet", fails=lambda c: np.roll(c.fleet.fails, 1, axis=0))),
    Fault("SERVE", "failed units gone for good", TIGHT, sends("items", 0, lambda terms: terms.by(0.0)), "ITEMS"),
    Fault("SERVE", "all of it can be repaired", LOOSE, of("fleet", repairable=lambda c: 1.0 * (c.fleet.repairable > 0)), "ITEMS"),
    Fault("SERVE", "failed units a period late", WRONG, sends("items", 0, lambda terms: terms.lag()), "ITEMS"),
    Fault("SERVE", "what failed still counts", TIGHT, sends("met", 0, lambda terms: terms.by(0.0)), "ACCRUE"),
    Fault("SERVE", "failures that meet needs", TIGHT, sends("met", 0, lambda terms: -terms), "ACCRUE"),
)
# fmt: on

FAMILIES = {
    "activities": ACTIVITIES,
    "people": PEOPLE,
    "ledgers": LEDGERS,
    "limits": LIMITS,
    "wishes": WISHES,
    "use": USE,
}
FAULTS = tuple((family, fault) for family, each in FAMILIES.items() for fault in each)
