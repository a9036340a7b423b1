"""Faults put into a stored plan are found by the audit, and addressed to the right rule and thing."""

# ruff: noqa: E501 (tables of faults, one line each)

from __future__ import annotations

from dataclasses import dataclass

import pytest

import fullrate as fr
from audit import scene
from audit.edits import Edit, both, eased, learnt, left_out, more, moved, overspent, put, stated, times
from fullrate.auditing import TOLERANCE
from fullrate.rules import RULES


@dataclass(frozen=True)
class Fault:
    """What is done to the plan, and what the audit must say: the rule, and an id in the place it names."""

    name: str
    rule: str
    at: str
    edit: Edit


# fmt: off
FAULTS = (
    Fault("a start a week later than what it made", "ITEMS", "works", moved("make", "press", "kit", 1)),
    Fault("a delivery before the goods arrive", "ITEMS", "town", moved("deliver", "order", "kit", -1)),
    Fault("a shipment a week late", "ITEMS", "town", moved("ship", "road", "kit", 1)),
    Fault("a better yield than there is", "ITEMS", "kit", times("make", "press", "kit", 0.95)),
    Fault("a loss forgotten", "ITEMS", "plate", times("ship", "rail", "plate", 0.98)),
    Fault("stock from nowhere", "ITEMS", "sheet", more("hold", "works", "sheet", 2, 5)),
    Fault("a barred receipt taken in", "ITEMS", "mill", put("waste", "mill", "plate", 7, 40)),
    Fault("waste that is not in stock", "ITEMS", "dud", more("waste", "works", "dud", 2, 1)),
    Fault("a hundredth of a per cent above the rate", "MAKE", "dig", put("make", "dig", "plate", 2, 21 * 1.0001)),
    Fault("a start undone", "MAKE", "dig", put("make", "dig", "plate", 12, -1)),
    Fault("a slot not filled", "USE", "steel", times("use", "press|steel", "plate", 0.9)),
    Fault("more of a substitute than its share", "USE", "sheet", both(times("use", "press|steel", "sheet", 1.5), times("use", "press|steel", "plate", 0.8))),
    Fault("an input without a start", "USE", "steel", put("use", "press|steel", "sheet", 1, 3)),
    Fault("a lane a tenth of a per cent over its capacity", "SHIP", "road", both(put("ship", "road", "set", 5, 0), put("ship", "road", "kit", 5, 56 * 1.001))),
    Fault("kilograms over capacity", "SHIP", "rail", put("ship", "rail", "plate", 2, 175.2)),
    Fault("an item on a lane that does not carry it", "SHIP", "rail", put("ship", "rail", "kit", 2, 1)),
    Fault("a shipment backwards", "SHIP", "truck", put("ship", "truck", "plate", 2, -1)),
    Fault("a hundredth of a per cent more than there is room for", "HOLD", "plate", put("hold", "works", "plate", 3, 60 * 1.0001)),
    Fault("less than nothing in stock", "HOLD", "town", put("hold", "town", "set", 3, -0.01)),
    Fault("waste that comes back", "HOLD", "dud", put("waste", "works", "dud", 5, -1)),
    Fault("a tenth of a per cent more delivered than needed", "DELIVER", "order", times("deliver", "order", "kit", 1.001)),
    Fault("the wrong item delivered", "DELIVER", "set", put("deliver", "order", "set", 6, 0.5)),
    Fault("a delivery taken back", "DELIVER", "ration", put("deliver", "ration", "kit", 5, -1)),
    Fault("a build that works too early", "BUILD", "second", put("ready", "second", "", 3, 0.5)),
    Fault("a ramp skipped", "BUILD", "second", put("ready", "second", "", 4, 1.0)),
    Fault("one build too many", "BUILD", "second", more("build", "second", "", 3, 1)),
    Fault("half a build", "BUILD", "second", both(times("build", "second", "", 0.5), times("ready", "second", "", 0.5))),
    Fault("a build that outlives its life", "BUILD", "rig", both(put("build", "rig", "", 2, 1), *(put("ready", "rig", "", t, 1.0) for t in range(4, 10)))),
    Fault("a build before its date", "OPENING", "rig", put("build", "rig", "", 1, 1)),
    Fault("more hired than can be", "HIRE", "school", more("hire", "school", "", 3, 1)),
    Fault("a hire undone", "HIRE", "school", put("hire", "school", "", 5, -0.001)),
    Fault("heads before they are trained", "HEADS", "school", put("heads", "school", "", 8, 0.04)),
    Fault("nobody drops out", "HEADS", "school", more("heads", "school", "", 9, 0.002)),
    Fault("nobody leaves", "HEADS", "school", put("heads", "school", "", 2, 0.019915)),
    Fault("a week of training left out", "HEADS", "school", times("train", "school", "", 0.0)),
    Fault("more trainees than can be taught", "LABOUR", "school", both(put("hire", "school", "", 1, 0.5), put("train", "school", "", 1, 0.5))),
    Fault("people in training at work", "LABOUR", "school", put("make", "mend", "kit", 7, 2.8)),
    Fault("a tenth of a per cent more overtime than there is", "OVERTIME", "evening", times("overtime", "line", "evening", 1.001)),
    Fault("overtime a third week", "OVERTIME", "line", put("overtime", "line", "evening", 5, 4.2)),
    Fault("overtime of nobody's work", "OVERTIME", "line", both(put("make", "press", "kit", 3, 0.0), put("make", "hand", "set", 3, 0.0))),
    Fault("overtime undone", "OVERTIME", "weekend", put("overtime", "line", "weekend", 6, -1.0)),
    Fault("output of regular hours in overtime", "HOURS", "line", both(times("make", "press", "kit", 1 + 3.15 / 27.93, period=3))),
    Fault("overtime that nobody can pay", "MONEY", "loan", put("overtime", "line", "evening", 2, 100.0)),
    Fault("a gate that is not paid for", "OPEN", "press", put("open", "design", "", 0, 0.0)),
    Fault("a gate paid by half", "OPEN", "design", put("open", "design", "", 0, 0.5)),
    Fault("a gate paid less than nothing", "OPEN", "design", put("open", "design", "", 0, -1.0)),
    Fault("a test a week later than its articles", "ITEMS", "sheet", moved("test", "sample", "", 2)),
    Fault("a test begun twice", "TEST", "sample", put("test", "sample", "", 9, 1)),
    Fault("a test left out", "TEST", "mend", put("test", "sample", "", 3, 0)),
    Fault("half a test", "TEST", "sample", times("test", "sample", "", 0.5)),
    Fault("a test of more than there is", "TEST", "sheet", put("test", "sample", "", 1, 40)),
    Fault("the day of a test moved", "TEST", "sample", stated("gates", "gate", "sample", "done_d", 3.0)),
    Fault("a test of a gate that has none", "TEST", "licence", put("test", "licence", "", 2, 1)),
    Fault("a start before its test is passed", "TEST", "mend", put("make", "mend", "kit", 1, 1)),
    Fault("a failure of what never fails", "SERVE", "order", put("fail", "order", "kit", 5, 1)),
    Fault("units at work in a plan that counts what was delivered", "SERVE", "order", put("serve", "order", "kit", 5, 2)),
    Fault("a build at risk before its date", "RISK", "rig", put("risk", "rig", "", 1, 1)),
    Fault("a build at the risk of no gate", "RISK", "second", put("risk", "second", "", 3, 1)),
    Fault("a build at risk besides", "BUILD", "rig", put("risk", "rig", "", 2, 1)),
    Fault("a lot below the minimum", "LOT", "hand", put("make", "hand", "set", 1, 9.99)),
    Fault("a hundredth of a per cent too many hours", "HOURS", "line", times("make", "press", "kit", 1.0001, period=3)),
    Fault("people who have left at work", "LABOUR", "shift", put("make", "press", "kit", 5, 35)),
    Fault("a tenth of a per cent overspent", "MONEY", "grant", overspent("grant", 1e-3)),
    Fault("money of an expired fund", "MONEY", "grant", put("make", "hand", "set", 13, 10)),
    Fault("money carried by a fund that lapses", "MONEY", "loan", put("carry", "loan", "", 3, 1)),
    Fault("money carried past the end of its fund", "MONEY", "grant", put("carry", "grant", "", 11, 0.5)),
    Fault("money borrowed from the next week", "MONEY", "grant", put("carry", "grant", "", 2, -0.5)),
    Fault("a tenth of a per cent more carried than left", "MONEY", "grant", times("carry", "grant", "", 1.001, period=1)),
    Fault("a wait half a day too short", "WAIT", "clinic", stated("waits", "recipient", "clinic", "days", 3.0)),
    Fault("a wait left out", "WAIT", "school", left_out("waits", "recipient", "school")),
    Fault("a delivery ahead of its need", "ACCRUE", "call", more("deliver", "call", "set", 1, 3)),
    Fault("what is owed misstated", "ACCRUE", "call", more("owe", "call", "", 6, 1)),
    Fault("a lost ration made up for", "LOST", "ration", more("deliver", "ration", "kit", 9, 0.01)),
    Fault("a start before its gate", "GATE", "press", put("make", "press", "kit", 2, 1)),
    Fault("a build before its gate", "GATE", "rig", put("build", "rig", "", 1, 1)),
    Fault("the day of a gate moved", "GATE", "licence", stated("gates", "gate", "licence", "done_d", 6.0)),
    Fault("a gate that begins before the one it waits for", "GATE", "licence", stated("gates", "gate", "licence", "start_d", 1.0)),
    Fault("a gate later than it need be", "GATE", "licence", stated("gates", "gate", "licence", "done_d", 11.0)),
    Fault("a start at a site that is not open", "OPENING", "buy", put("make", "buy", "plate", 1, 1)),
    Fault("a delivery at a closed site", "OPENING", "order", put("deliver", "order", "kit", 14, 1)),
    Fault("a delivery before its need is there", "OPENING", "term", put("deliver", "term", "kit", 4, 1)),
    Fault("effort a thousandth below the curve", "LEARN", "mend", learnt("effort", 0.999)),
    Fault("experience that nobody gathers", "LEARN", "mend", learnt("experience", 1.5)),
    Fault("what does not learn made easier", "LEARN", "hand", eased("hand", "line", 0.2)),
    Fault("more of a variant than its share", "MIX", "clinic", both(times("deliver", "call", "set", 1.5), times("deliver", "call", "kit", 0.8))),
    Fault("a variant ahead of its share for a while", "MIX", "set", more("deliver", "call", "set", 3, 20)),
    Fault("a shipment nobody sent", "DISPATCH", "truck", times("dispatch", "truck", "", 0.0)),
    Fault("half a shipment", "DISPATCH", "truck", times("dispatch", "truck", "", 0.5)),
    Fault("less than a shipment", "DISPATCH", "truck", times("ship", "truck", "plate", 0.01)),
    Fault("only the worse of two qualities delivered", "AOQ", "kits", times("deliver", "call", "set", 0.0)),
    Fault("defects made small", "AOQ", "kits", stated("quality", "family", "kits", "escaped", 0.001)),
    Fault("deliveries made large", "AOQ", "kits", stated("quality", "family", "kits", "delivered", 999.0)),
    Fault("stock that is too old", "SHELF", "sheet", put("hold", "works", "sheet", 12, 5)),
    Fault("a hundredth of a per cent too old", "SHELF", "sheet", put("hold", "works", "sheet", 10, 1e-2)),
    Fault("a barred lane used", "BARRED", "rail", put("ship", "rail", "plate", 4, 0.001)),
    Fault("more on a flooded lane than is left of it", "OUTAGE", "rail", put("ship", "rail", "plate", 13, 36)),
    Fault("a start at a barred site", "BARRED", "buy", put("make", "buy", "plate", 7, 1)),
    Fault("more kept than is wanted", "KEEP", "harbour", put("keep", "harbour", "", 2, 29)),
    Fault("less than nothing kept", "KEEP", "farm", put("keep", "farm", "", 2, -1)),
    Fault("a tenth of a per cent over the crane", "HOURS", "crane", times("keep", "harbour", "", 1.001)),
    Fault("goods kept that are not there", "ITEMS", "spare", put("keep", "farm", "", 3, 2)),
    Fault("a breach hidden", "FLOOR", "harbour", put("breach", "harbour", "", 4, 0)),
    Fault("a breach smaller than it is", "FLOOR", "harbour", times("breach", "harbour", "", 0.99)),
    Fault("a breach below nothing", "FLOOR", "harbour", put("breach", "harbour", "", 5, -1)),
    Fault("a safety stock that is not there", "SAFETY", "spare", put("lack", "mine", "spare", 3, 1.9)),
    Fault("a lack below nothing", "SAFETY", "spare", put("lack", "mine", "spare", 3, -1)),
    Fault("a frozen order changed", "FREEZE", "dig", times("make", "dig", "plate", 0.9, period=1)),
    Fault("a frozen order moved", "FREEZE", "hand", moved("make", "hand", "set", 1)),
    Fault("a new order while all is frozen", "FREEZE", "road", put("ship", "road", "kit", 1, 1)),
    Fault("a change stated that is none", "FREEZE", "dig", put("overrun", "make|dig", "", 1, 2)),
    Fault("a breach left out of the sum", "WISHES", "floor", put("miss", "floor", "", 0, 3.0)),
    Fault("displaced use left out of the sum", "WISHES", "rivals", times("miss", "rivals", "", 0.99)),
    Fault("a rank that nobody has", "WISHES", "calm", put("miss", "calm", "", 0, 1.0)),
    Fault("displaced use misstated", "RIVALS", "farm", stated("displaced", "rival", "farm", "displaced", 1.0)),
    Fault("a displaced rival left out", "RIVALS", "farm", left_out("displaced", "rival", "farm")),
    Fault("a departure from a barred site", "BARRED", "truck", put("ship", "truck", "plate", 10, 1)),
    Fault("a recalled item used", "BARRED", "sheet", put("use", "press|steel", "sheet", 9, 1)),
)
# fmt: on


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_it_is_found(fault: Fault) -> None:
    audit = fr.audit(scene.tables(), fault.edit(scene.plan()))
    told = {excess.rule for excess in audit.excesses if fault.at in excess.at}
    assert fault.rule in told, f"{audit.residual}: {audit.excesses[:5]}"
    assert not audit.passed


def test_without_a_fault_the_plan_passes() -> None:
    audit = fr.audit(scene.tables(), scene.plan())
    assert audit.passed, audit.excesses[:5]
    assert audit.residual <= TOLERANCE


def test_there_are_enough_and_every_rule_has_one() -> None:
    assert len(FAULTS) >= 40
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.rule for fault in FAULTS} == {rule.code for rule in RULES} | {"RIVALS"}
