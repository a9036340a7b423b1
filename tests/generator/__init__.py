"""Random valid scenarios: ``scenario(seed)`` gives the settings and rows that ``Tables.from_rows`` takes.

A made-up programme: suppliers, one or two works, a hub, depots of recipients; parts, a module, one or two products.
What it draws is valid by construction (every need can be reached, cycles take time, shares add up), and nothing here
looks at the program or its checker.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from generator import families, limits, supply
from generator.draft import PLAIN, START, Draft, Features
from generator.fielded import fielded
from generator.wishes import wishes

__all__ = ["PLAIN", "Features", "scenario"]


def scenario(seed: int, features: Features | None = None) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Settings and rows of a random valid scenario; the same seed gives the same scenario."""
    draft = Draft(np.random.default_rng([20310303, seed]), features or Features())
    for step in (
        _calendar,
        supply.places,
        supply.goods,
        supply.sources,
        supply.works,
        supply.network,
        supply.stock,
        supply.lines,
        supply.overtime,
        supply.people,
        supply.practice,
        limits.gates,
        limits.offices,
        limits.money,
        limits.recipients,
        limits.needs,
        limits.restrictions,
        limits.series,
        families.mix,
        families.perishable,
        families.shipments,
        families.quality,
        wishes,
        fielded,
    ):
        step(draft)
    return draft.config, draft.tables


def _calendar(draft: Draft) -> None:
    draft.config.update(name="drawn", currency="EUR", start=START, seed=int(draft.rng.integers(99)))
    draft.config.update(tail=draft.pick([0.0, 1.0]), period_d=draft.pick([1, 7]))
    draft.config["periods"] = int(draft.rng.integers(8, 15))
    draft.config["fairness"] = draft.pick(["leximin", "leximin", "utilitarian", "maxmin"])
    draft.config["fairness_slack"] = draft.pick([0.0, 0.02, 0.1])
    draft.config["discount"] = draft.pick([0.0, 0.05])
    if draft.features.coarse:
        draft.config["lead_rounding"] = draft.pick(["ceil", "ceil", "floor", "kernel"])
        if draft.chance(0.2):
            draft.config["calendar"] = [[int(draft.rng.integers(4, 9)), 7], [3, 14], [1, 28]]
