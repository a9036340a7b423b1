"""First and last usable periods: of sites, gates, builds and needs, and of the activities they bind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.case.axes import Coded
from fullrate.case.gates import Gates
from fullrate.case.points import Deliveries, Shipments
from fullrate.case.trials import Trials

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Openings:
    """Periods counted from 0; a first period of T means never.

    Attributes:
        decided: first period in which anything may be begun.
        site: first usable period of each site.
        site_end: number of usable periods of each site.
        gate: first period behind each gate with a date, 0 behind those the plan decides; a 0 appended for elements
            without one.
        build: first period in which each build may start, gates left out.
        delivery: first period of each delivery: its site is open and its need exists.
        first: first usable period of make, ship, deliver and build elements, gates included.
        count: number of usable periods of make, ship and deliver elements.
    """

    decided: int
    site: Ints
    site_end: Ints
    gate: Ints
    build: Ints
    delivery: Ints
    first: Mapping[str, Ints]
    count: Mapping[str, Ints]


def openings_of(
    arrays: Mapping[str, Coded],
    gates: Gates,
    trials: Trials,
    shipments: Shipments,
    deliveries: Deliveries,
    calendar: Calendar,
    decided: float,
) -> Openings:
    """Openings of a scenario on its calendar; nothing but deliveries comes before the day ``decided``."""
    sites, processes, lanes, builds = (arrays[name] for name in ("sites", "processes", "lanes", "builds"))
    needs, recipients = arrays["needs"], arrays["recipients"]
    never = calendar.horizon + 1
    begin = int(calendar.opening(np.array([decided]))[0])
    site = calendar.opening(np.nan_to_num(sites.opens, nan=0.0))
    end = calendar.closing(np.nan_to_num(sites.closes, nan=never))
    dated = calendar.opening(np.where(np.isfinite(gates.passed), gates.passed, never))
    gate = np.append(np.where(gates.decided, 0, dated), 0)
    earliest = np.append(np.where(gates.decided, trials.behind, dated), 0)
    build = calendar.opening(np.maximum(builds.opens, 0.0))
    leaves, home = lanes["from"][shipments.lane], recipients.site[needs.recipient[deliveries.need]]
    delivery = np.maximum(site[home], calendar.opening(needs["from"])[deliveries.need])
    first = {
        "make": np.maximum(np.maximum(site[processes.site], earliest[processes.gate]), begin),
        "ship": np.maximum(site[leaves], begin),
        "deliver": delivery,
        "build": np.maximum(np.maximum(build, earliest[builds.gate]), begin),
    }
    count = {"make": end[processes.site], "ship": end[leaves], "deliver": end[home]}
    return Openings(begin, site, end, gate, build, delivery, first, count)
