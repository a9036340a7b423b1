"""Builds that start at the risk of a gate: when, for how much longer and how much more, and when they work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Coded
from fullrate.case.capacity import ramps
from fullrate.case.gates import Gates
from fullrate.tables import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Risk:
    """Builds at risk, arrays of shape (builds,).

    Attributes:
        offered: whether a build may start at the risk of its gate.
        first: first period of such a start: its date and the begin of its gate; T where it is not offered.
        lead: days to first capacity, what must be redone on average included.
        factor: times its capex that it costs, likewise.
        ready: change of the share that works, by build, period of the start and period; nothing before the gate.
        salvage: share of capex that is still worth something at the end, shape (builds, T).
    """

    offered: NDArray[np.bool_]
    first: Ints
    lead: Floats
    factor: Floats
    ready: Kernel
    salvage: Floats


def risk_of(tables: Tables, coded: Mapping[str, Coded], gates: Gates, calendar: Calendar) -> Risk:
    """Builds at risk of a scenario, what a gate that the plan decides cannot offer left out."""
    builds, never = coded["builds"], calendar.horizon + 1
    gate = builds.risk_gate
    offered = (gate >= 0) & ~np.append(gates.decided, False)[gate]
    fails = 1 - np.append(coded["gates"]["pass"], 1.0)[gate]
    begins, passed = (np.where(offered, np.append(day, 0.0)[gate], 0.0) for day in (gates.begins, gates.passed))
    begins, passed = np.minimum(begins, never), np.minimum(passed, never)
    first = calendar.opening(np.maximum(np.maximum(builds.opens, 0.0), begins))
    factor = np.where(offered, 1 + fails * builds.redo, 1.0)
    lead = builds.lead_d * factor
    born = np.maximum(calendar.edges[None, :-1] + lead[:, None], passed[:, None])
    life = builds.life_d[:, None]
    lasts = np.isfinite(life)
    left = np.clip((life - np.clip(calendar.horizon - born, 0, None)) / np.where(lasts, life, 1.0), 0, 1)
    return Risk(
        offered=offered,
        first=np.where(offered, first, calendar.periods),
        lead=lead,
        factor=factor,
        ready=ramps(tables, builds, calendar, lead, passed),
        salvage=np.where(lasts, left, 0.0),
    )
