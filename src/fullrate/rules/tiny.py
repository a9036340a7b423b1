"""The smallest scenarios that show a rule, and their rows as text: the executed examples of the rules' docstrings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from fullrate.case import derive
from fullrate.lp.show import Names, show
from fullrate.rules import RULES, columns_of
from fullrate.tables import Tables

Scenario = Mapping[str, Any]

CONFIG = {"name": "tiny", "currency": "EUR", "start": "2020-01-01", "period_d": 1, "periods": 2, "tail": 0}
_PROCESS = {"process": "press", "site": "works", "item": "kit"}
_NEED = {"need": "order", "recipient": "depot", "item": "kit", "qty": 20}

BARE: Scenario = {
    "items": [{"item": "kit"}],
    "sites": [{"site": "works"}],
    "processes": [_PROCESS],
    "recipients": [{"recipient": "depot", "site": "works"}],
    "needs": [_NEED],
}
"""One process at one site that makes what its one recipient needs."""

PRESS: Scenario = {
    **BARE,
    "processes": [{**_PROCESS, "max_rate": 20, "out_qty": 10, "yield": 0.9}],
    "stock": [{"site": "works", "item": "kit", "qty": 5, "max": 40}],
}
"""A press with a yield, some stock and limited room."""

_LINE: Scenario = {
    **BARE,
    "resources": [{"resource": "line", "capacity": 10}],
    "uses": [{"user": "press", "resource": "line", "qty": 1}],
}

BUILD: Scenario = {
    **_LINE,
    "builds": [{"build": "second", "resource": "line", "add": 6, "lead_d": 1, "ramp": "slow", "max": 2}],
    "curves": [
        {"curve": "slow", "x": 0, "y": 0.5},
        {"curve": "slow", "x": 1, "y": 0.5},
        {"curve": "slow", "x": 1, "y": 1},
    ],
}
"""A line that can be doubled; the second half comes a day after the first."""

CREW: Scenario = {
    **_LINE,
    "resources": [{"resource": "line", "capacity": 10, "pool": "shift"}],
    "pools": [{"pool": "shift", "heads": 2, "hours": 7, "quit": 0}],
}
"""A line staffed by two people of seven hours."""

PRACTISED: Scenario = {
    **_LINE,
    "processes": [{**_PROCESS, "progress": 0.8, "prior": 10}],
}
"""A line that takes a fifth less after every doubling of experience."""
LATE: Scenario = {
    **_LINE,
    "resources": [{"resource": "line", "capacity": 10, "ot_run_d": 1, "pool": "shift"}],
    "pools": CREW["pools"],
    "overtime": [{"resource": "line", "segment": "evening", "share": 0.2, "eff": 0.8}],
}
"""A line whose crew works a fifth longer, at four fifths of the output, and rests as long."""

SCHOOL: Scenario = {
    **CREW,
    "pools": [
        {
            **{"pool": "shift", "heads": 2, "hours": 7, "quit": 0},
            **{"hire_max": 3, "train_d": 1, "train_eff": 0.5, "trainer_h": 1, "dropout": 0.25},
        }
    ],
}
"""A pool that may hire three a day, train them for a day, and loses a quarter of them."""

FUND: Scenario = {
    **BARE,
    "processes": [{**_PROCESS, "unit_cost": 12, "fund": "grant"}],
    "funds": [{"fund": "grant", "carry": True}],
    "allotments": [
        {"fund": "grant", "date": "2020-01-01", "amount": 100},
        {"fund": "grant", "date": "2020-01-02", "amount": 100},
    ],
}
"""Starts paid from a grant that carries over."""

CHOICE: Scenario = {
    **BARE,
    "items": [{"item": "kit"}, {"item": "plate"}, {"item": "sheet"}],
    "recipe": [
        {"process": "press", "slot": "steel", "item": "plate", "qty": 2},
        {"process": "press", "slot": "steel", "item": "sheet", "qty": 4, "share_max": 0.25},
    ],
}
"""Steel that is plate or, up to a quarter, sheet."""

LANE: Scenario = {
    **BARE,
    "items": [{"item": "kit", "mass": 2}],
    "sites": [{"site": "works"}, {"site": "town"}],
    "lanes": [{"lane": "road", "from": "works", "to": "town", "item": "kit", "capacity": 6, "cap_unit": "kg"}],
    "recipients": [{"recipient": "depot", "site": "town"}],
}
"""A road that carries six kilograms a day."""

FREIGHT: Scenario = {
    **LANE,
    "lanes": [{"lane": "road", "from": "works", "to": "town", "item": "kit", "capacity": 8, "min_ship": 5}],
}
"""A road on which five leave or none."""

RATION: Scenario = {**BARE, "needs": [{**_NEED, "from": "2020-01-01", "until": "2020-01-03"}]}
"""Ten a day for two days."""

GATED: Scenario = {
    **BARE,
    "processes": [{**_PROCESS, "gate": "licence"}],
    "gates": [{"gate": "licence", "duration_d": 1}],
}
"""A licence that takes a day."""

TRIED: Scenario = {
    **PRESS,
    "processes": [{**_PROCESS, "max_rate": 20, "gate": "trial"}],
    "gates": [{"gate": "trial", "duration_d": 1, "needs_item": "kit", "needs_qty": 3, "needs_site": "works"}],
    "stock": [{"site": "works", "item": "kit", "qty": 4}],
}
"""A trial that uses up three kits of the four there are."""

PAID: Scenario = {
    **_LINE,
    "processes": [{**_PROCESS, "gate": "licence"}],
    "gates": [{"gate": "licence", "duration_d": 0, "cost": 3}],
}
"""A licence that costs money."""

RISKY: Scenario = {
    **_LINE,
    "gates": [{"gate": "design", "duration_d": 1}, {"gate": "licence", "duration_d": 1, "pass": 0.7}],
    "links": [{"before": "design", "after": "licence"}],
    "builds": [
        {"build": "second", "resource": "line", "add": 6, "lead_d": 1, "gate": "licence"}
        | {"risk_gate": "licence", "redo": 0.5}
    ],
}
"""A line that may be doubled before its licence is there."""

LOT: Scenario = {**BARE, "processes": [{**_PROCESS, "max_rate": 20, "min_lot": 5}]}
"""Five or nothing."""

LATER: Scenario = {**BARE, "sites": [{"site": "works", "opens": "2020-01-02"}]}
"""A site that opens on the second day."""

FRESH: Scenario = {**BARE, "items": [{"item": "kit", "shelf_life_d": 1}]}
"""Kits that keep for a day."""

MIXED: Scenario = {
    **BARE,
    "items": [{"item": "old", "family": "kits"}, {"item": "new", "family": "kits", "value": 1.5}],
    "processes": [{**_PROCESS, "item": "old"}, {**_PROCESS, "process": "mill", "item": "new"}],
    "needs": [{**_NEED, "item": "kits"}],
    "mix": [{"family": "kits", "item": "new", "share_min": 0.25}],
}
"""A family of two variants, a quarter of it new."""

TESTED: Scenario = {
    **MIXED,
    "processes": [{**_PROCESS, "item": "old", "escape": 0.1}, {**_PROCESS, "process": "mill", "item": "new"}],
    "mix": [],
    "quality": [{"family": "kits", "aoq_max": 0.05}],
}
"""A family of which one in twenty may be defective, and a variant of which one in ten is."""

FIELDED: Scenario = {**BARE, "reliability": [{"item": "kit", "mtbf_d": 10}]}
"""Kits that fail once in ten days."""

AGED: Scenario = {**BARE, "reliability": [{"item": "kit", "mtbf_d": 2, "shape": 2}]}
"""Kits that wear out after two days on average: after one, 1 - exp(-pi/16) of them have failed."""

CUT: Scenario = {
    **BARE,
    "restrictions": [{"restriction": "ban", "kind": "site", "target": "works", "from": "2020-01-02"}],
}
"""A source cut off from the second day on."""


STORM: Scenario = {
    **_LINE,
    "risks": [
        {"risk": "storm", "kind": "resource", "target": "line", "prob": 1, "from": "2020-01-02", "duration_d": 5}
        | {"left": 0.5}
    ],
}
"""A line of which a storm leaves half, from the second day on."""

_PRACTICE = np.array([[10.0, 25.0]])
"""Experience that the shown rows count on where anything learns."""

RIVAL: Scenario = {
    **_LINE,
    "rivals": [{"rival": "hospital", "kind": "resource", "target": "line", "qty": 3, "protected": 0.5}],
}
"""A line that a hospital uses for three units a day, half of them protected."""

SAFE: Scenario = {**BARE, "stock": [{"site": "works", "item": "kit", "qty": 5, "safety": 4}]}
"""Four kits that should always be there."""

FROZEN: Scenario = {**BARE, "previous": [{"kind": "make", "key": "press", "from_d": 0, "to_d": 1, "qty": 5}]}
"""A plan before this one that had five starts on the first day."""


def shown(code: str, scenario: Scenario, **settings: Any) -> str:
    """Rows of one rule in a scenario, as text, with no column left out."""
    case = derive(Tables.from_rows({**CONFIG, **settings}, dict(scenario)), pruned=False)
    case = replace(case, learning=case.learning.known(_PRACTICE[: len(case.learning.axis)]))
    cols = columns_of(case)
    rule = next(rule for rule in RULES if rule.code == code)
    texts = [show(block, Names(cols.blocks)) for block in rule.rows(case, cols)]
    return "\n".join(text for text in texts if text)
