"""From a model to the arrays that compiled code reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fullrate.simulate import layout
from fullrate.simulate.layout import LINE, NAMES, WIDTH
from fullrate.simulate.state import Drawn, Model
from fullrate.simulate.steps.s01_events import FIELDS
from fullrate.simulate.steps.s04_trials import TRIED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BY_PERIOD = {
    "amounts.plan": layout.PLAN,
    "amounts.most": layout.MOST,
    "amounts.shut": layout.SHUT,
    "amounts.rate": layout.RATE,
    "amounts.base": layout.BASE,
    "amounts.remains": layout.REMAINS,
    "amounts.stays": layout.STAYS,
    "amounts.price": layout.PRICE,
    "amounts.yields": layout.YIELDS,
    "amounts.pick_shut": layout.PICK_SHUT,
    "amounts.keep": layout.KEEP,
    "amounts.wanted": layout.WANTED,
    "amounts.overtime": layout.OVERTIME,
    "amounts.overtime_most": layout.OVERTIME_MOST,
    "amounts.waste": layout.WASTE,
    "amounts.hold": layout.HOLD,
    "amounts.since": layout.SINCE,
    "amounts.fresh": layout.FRESH,
    "amounts.holding": layout.HOLDING,
    "network.picks.plan": layout.PICK_PLAN,
    "growth.build": layout.BUILD,
    "growth.capex": layout.CAPEX,
    "growth.hire": layout.HIRE,
    "record.relief": layout.RELIEF,
    "network.outputs.pointer": layout.POINTER,
    "network.outputs.counts": layout.COUNT,
    "fielded.fail": layout.FAIL_PLAN,
}
"""Parts of a model that are amounts by period."""

WHOLE = {
    "amounts.rate_own": layout.RATE_OWN,
    "amounts.base_own": layout.BASE_OWN,
    "amounts.extra_own": layout.EXTRA_OWN,
    "amounts.yield_own": layout.YIELD_OWN,
    "amounts.bent": layout.BENT,
    "amounts.gate": layout.GATE_OF,
    "amounts.fixed_payer": layout.FIXED_PAYER,
    "amounts.lane": layout.LANE_OF,
    "amounts.first_of_lane": layout.FIRST_OF_LANE,
    "amounts.learner": layout.LEARNER,
    "amounts.team_begin": layout.TEAM_BEGIN,
    "amounts.team": layout.TEAM,
    "amounts.aged": layout.AGED,
    "amounts.wasted": layout.WASTED,
    "amounts.settled": layout.SETTLED,
    "amounts.need": layout.NEED_OF,
    "network.claims.begin": layout.CLAIM_BEGIN,
    "network.claims.activity": layout.CLAIM_ACTIVITY,
    "network.claims.store": layout.CLAIM_STORE,
    "network.claims.price": layout.CLAIM_PRICE,
    "network.claims.learner": layout.CLAIM_LEARNER,
    "network.claims.own": layout.CLAIM_OWN,
    "network.claims.group": layout.CLAIM_GROUP,
    "network.groups.begin": layout.GROUP_BEGIN,
    "network.groups.members": layout.GROUP_MEMBERS,
    "network.groups.claim": layout.GROUP_CLAIM,
    "network.groups.picks": layout.GROUP_PICKS,
    "network.groups.pick": layout.GROUP_PICK,
    "network.groups.deliveries": layout.GROUP_DELIVERIES,
    "network.groups.delivery": layout.GROUP_DELIVERY,
    "network.groups.early": layout.GROUP_EARLY,
    "network.picks.slots": layout.PICK_SLOTS,
    "network.picks.begin": layout.PICK_BEGIN,
    "network.picks.process": layout.PICK_PROCESS,
    "network.picks.point": layout.PICK_POINT,
    "network.picks.own": layout.PICK_OWN,
    "network.picks.group": layout.PICK_GROUP,
    "network.outputs.begin": layout.OUTPUT_BEGIN,
    "network.outputs.activity": layout.OUTPUT_ACTIVITY,
    "network.outputs.point": layout.OUTPUT_POINT,
    "network.outputs.kind": layout.OUTPUT_KIND,
    "network.outputs.shift": layout.OUTPUT_SHIFT,
    "network.outputs.lead": layout.OUTPUT_LEAD,
    "network.outputs.own": layout.OUTPUT_OWN,
    "network.outputs.ring": layout.OUTPUT_RING,
    "network.outputs.depth": layout.OUTPUT_DEPTH,
    "network.outputs.of": layout.OUTPUT_OF,
    "network.outputs.period": layout.OUTPUT_PERIOD,
    "network.sequence.node": layout.NODE,
    "amounts.overtime_store": layout.OVERTIME_STORE,
    "amounts.overtime_pool": layout.OVERTIME_POOL,
    "amounts.overtime_wage_payer": layout.OVERTIME_WAGE_PAYER,
    "amounts.overtime_payer": layout.OVERTIME_PAYER,
    "growth.build_store": layout.BUILD_STORE,
    "growth.build_row": layout.BUILD_ROW,
    "growth.build_gate": layout.BUILD_GATE,
    "growth.build_begins": layout.BUILD_BEGINS,
    "growth.build_open": layout.BUILD_OPEN,
    "growth.build_payer": layout.BUILD_PAYER,
    "growth.curve": layout.CURVE_BEGIN,
    "growth.ramp": layout.RAMP,
    "growth.load_begin": layout.LOAD_BEGIN,
    "growth.load_store": layout.LOAD_STORE,
    "growth.hire_payer": layout.HIRE_PAYER,
    "growth.gate_payer": layout.GATE_PAYER,
    "chance.each_row": layout.EACH_ROW,
    "chance.each_key": layout.EACH_KEY,
    "chance.each_alone": layout.EACH_ALONE,
    "chance.each_straight": layout.EACH_STRAIGHT,
    "chance.risk_key": layout.RISK_KEY,
    "chance.risk_once": layout.RISK_ONCE,
    "chance.risk_curve": layout.RISK_CURVE,
    "chance.risk_length_key": layout.RISK_LENGTH_KEY,
    "chance.risk_each": layout.RISK_EACH,
    "chance.store_row": layout.STORE_ROW,
    "chance.activity_row": layout.ACTIVITY_ROW,
    "record.begin": layout.RECORD_BEGIN,
    "record.need": layout.RECORD_NEED,
    "record.target_group": layout.TARGET_GROUP,
    "trials.gate": layout.TRIAL_GATE,
    "trials.point": layout.TRIAL_POINT,
    "trials.at": layout.TRY_BEGIN,
    "trials.begin": layout.LINK_BEGIN,
    "trials.before": layout.LINK_BEFORE,
    "trials.starts": layout.LINK_STARTS,
    "fielded.delivery": layout.FIELD_OF,
    "fielded.back": layout.FIELD_BACK,
    "fielded.ages": layout.FIELD_AGES,
    "fielded.key": layout.FIELD_KEY,
    "fielded.closed": layout.FIELD_CLOSED,
    "fielded.begin": layout.BACK_BEGIN,
    "fielded.at_point": layout.BACK,
    "fielded.repair_point": layout.REPAIR_POINT,
    "fielded.repair_activity": layout.REPAIR_ACTIVITY,
    "fielded.quits": layout.QUIT_KEY,
    "shares.first": layout.LIMIT_FIRST,
    "shares.last": layout.LIMIT_LAST,
    "shares.begin": layout.LIMIT_BEGIN,
    "shares.delivery": layout.LIMIT_DELIVERY,
}
"""Parts that are whole numbers."""

PAIRS = {
    "amounts.extra_at": (layout.EXTRA_STORE, layout.EXTRA_PERIOD),
    "amounts.rivals": (layout.RIVAL_STORE, layout.RIVAL_POOL),
    "chance.hits": (layout.HIT_RISK, layout.HIT_ROW),
}
"""Parts that are pairs of whole numbers."""

REAL = {
    "amounts.overtime_eff": layout.OVERTIME_EFF,
    "amounts.overtime_wage": layout.OVERTIME_WAGE,
    "amounts.overtime_cost": layout.OVERTIME_COST,
    "amounts.extra": layout.EXTRA,
    "amounts.lot": layout.LOT,
    "amounts.least": layout.LEAST,
    "amounts.fixed": layout.FIXED,
    "amounts.measure": layout.MEASURE,
    "amounts.worth": layout.WORTH,
    "amounts.room": layout.ROOM,
    "amounts.stale": layout.STALE,
    "amounts.size": layout.THROUGHPUT,
    "amounts.value": layout.VALUE,
    "amounts.qty": layout.QTY,
    "amounts.owing": layout.OWING,
    "network.claims.rate": layout.CLAIM_RATE,
    "shares.weight": layout.LIMIT_WEIGHT,
    "shares.slack": layout.LIMIT_SLACK,
    "amounts.per": layout.CLAIM_PER,
    "network.outputs.coef": layout.OUTPUT_COEF,
    "network.outputs.share": layout.OUTPUT_SHARE,
    "growth.build_max": layout.BUILD_MAX,
    "growth.load_qty": layout.LOAD_QTY,
    "growth.gate_cost": layout.GATE_COST,
    "record.target_level": layout.TARGET_LEVEL,
    "network.picks.qty": layout.PICK_QTY,
    "network.picks.least": layout.PICK_LEAST,
    "network.picks.most": layout.PICK_MOST,
    "growth.x": layout.CURVE_X,
    "growth.y": layout.CURVE_Y,
    "chance.each_table": layout.EACH_TABLE,
    "chance.risk_table": layout.RISK_TABLE,
    "trials.articles": layout.TRIAL_ARTICLES,
    "trials.times": layout.TRIAL_TIMES,
    "fielded.early": layout.FIELD_EARLY,
    "fielded.value": layout.FIELD_VALUE,
    "fielded.repair_rate": layout.REPAIR_RATE,
    "fielded.repair_share": layout.REPAIR_SHARE,
}
"""Parts that are real numbers."""

SINGLE = {
    "amounts.rounding": layout.ROUNDING,
    "amounts.processes": layout.PROCESSES,
    "amounts.shipments": layout.SHIPMENTS,
    "amounts.holding_payer": layout.HOLDING_PAYER,
    "network.stores.resources": layout.RESOURCES,
    "network.stores.pools": layout.POOLS,
    "network.stores.lanes": layout.LANES,
    "network.stores.payers": layout.PAYERS,
    "network.stores.needs": layout.NEEDS,
    "network.stores.total": layout.STORES,
    "fielded.luck": layout.LUCK,
}
"""Single numbers."""

DRAWN = {
    "steady": layout.STEADY,
    "need": layout.NEED_FACTOR,
    "weight": layout.WEIGHT,
    "unmet": layout.UNMET,
    "people": layout.PEOPLE,
    "builds": layout.BUILT,
    "risks": layout.RISK,
    "learning": layout.CURVE,
    "gates": layout.GATE_DATES,
    "trials": layout.TRY,
    "waits": layout.LINK_WAIT,
    "lives": layout.LIFE,
}
"""What is drawn, as rows of the state."""


@dataclass(frozen=True, eq=False)
class Packed:
    """A model as arrays: amounts by period, whole and real numbers, edges, places and sizes.

    Amounts of one period lie side by side in memory (Fortran order), since a block reads them period by period.
    """

    by: Floats
    whole: Ints
    real: Floats
    edges: Floats
    places: Ints
    size: Ints
    rows: int

    def state(self) -> Floats:
        """A state for a block, shape (rows, WIDTH); what is drawn comes first. It begins where a line of cache does."""
        room = np.zeros(self.rows * WIDTH + LINE)
        first = -room.ctypes.data // room.itemsize % LINE
        return room[first : first + self.rows * WIDTH].reshape(self.rows, WIDTH)

    def shared(self, model: Model) -> Model:
        """The model with its amounts by period read from these arrays: they are in memory once."""
        begin, count = self.places, self.size
        amounts: dict[str, Any] = {
            path.removeprefix("amounts."): self.by[begin[name] : begin[name] + count[name]]
            for path, name in BY_PERIOD.items()
            if path.startswith("amounts.")
        }
        return model._replace(amounts=model.amounts._replace(**amounts))

    def draw(self, state: Floats, drawn: Drawn) -> None:
        """Put what is drawn into a state, and nothing else."""
        state[:] = 0.0
        state[self.places[layout.SAMPLE]] = drawn.sample
        for name, at in DRAWN.items():
            values = getattr(drawn, name)
            self.rows_of(state, at)[: values.size // WIDTH].reshape(values.shape)[...] = values

    def rows_of(self, state: Floats, name: int) -> Floats:
        """The rows of a part of the state."""
        begin = int(self.places[name])
        return state[begin : begin + int(self.size[name])]


def packed(model: Model, rows: int) -> Packed:
    """A model as arrays; ``rows`` is the number of rows of drawn values."""
    places, size = np.zeros(NAMES, np.int64), np.zeros(NAMES, np.int64)
    periods = len(model.amounts.edges) - 1

    def part(path: str) -> Any:
        return reduce(getattr, path.split("."), model)

    def run(parts: list[tuple[int, NDArray[Any]]], whole: NDArray[Any]) -> NDArray[Any]:
        at = 0
        for name, values in parts:
            places[name], size[name] = at, len(values)
            at += len(values)
        return np.concatenate([whole, *(values for _, values in parts)])

    at, rows_by = 0, sum(len(part(path)) for path in BY_PERIOD)
    by = np.empty((rows_by, periods), order="F")  # filled in place: copies would be the most memory of a run
    for path, name in BY_PERIOD.items():
        places[name], size[name] = at, len(part(path))
        by[at : at + size[name]] = part(path)
        at += len(part(path))
    numbers = [(name, np.asarray(part(path)).astype(np.int64, copy=False)) for path, name in WHOLE.items()]
    numbers += [(name, part(path)[:, at]) for path, names in PAIRS.items() for at, name in enumerate(names)]
    whole = run([(name, _signed(values)) for name, values in numbers], np.zeros(0, np.int64))
    real = run([(name, np.asarray(part(path), float).ravel()) for path, name in REAL.items()], np.zeros(0))
    for path, name in SINGLE.items():
        size[name] = part(path)
    at = 0
    for name, count in _counts(model, rows, periods + 1):
        places[name], size[name] = at, count
        at += count
    return Packed(
        by, np.ascontiguousarray(whole), real, model.amounts.edges, places, size, at
    )  # fmt: skip


def _signed(values: NDArray[Any]) -> Ints:
    return np.asarray(values).astype(np.int64)


def _counts(model: Model, rows: int, span: int) -> list[tuple[int, int]]:
    """Names and numbers of rows of the state: what is drawn first."""
    net, amounts, growth, chance, record, trials, fielded, shares = model
    activities, needs, groups = len(amounts.plan), len(amounts.qty), len(record.begin) - 1
    stores, points = net.stores.total, net.stores.resources
    builds, pools, picks = len(growth.build), len(growth.hire), len(net.picks.point)
    resources, payers = net.stores.pools - points, net.stores.needs - net.stores.payers
    learners, gates = int(amounts.learner.max(initial=-1)) + 1, len(growth.gate_cost) + 1
    added = (int(growth.build_row.max(initial=-1)) + 1) * span
    counts = {
        "SAMPLE": 1, "SCRATCH": 5, "DUE": FIELDS, "STEADY": rows, "NEED_FACTOR": needs, "WEIGHT": len(record.need),
        "UNMET": groups, "PEOPLE": 9 * pools, "BUILT": 6 * builds, "RISK": 3 * len(chance.risk_key),
        "CURVE": 2 * learners, "GATE_DATES": 2 * gates, "OWN": rows, "LEFT": stores, "GAP": activities,
        "WANT": activities, "DONE": activities, "FACTOR": len(net.groups.members) - 1, "RING": net.outputs.rows,
        "GOOD": amounts.processes, "PICK_GAP": picks, "DESIRE": picks, "FILL": picks, "GO": len(amounts.least),
        "EFFORT": learners, "GATHERED": learners, "BUILD_GAP": builds, "ADDED": added,
        "HEADS": pools, "TRAINEES": pools, "GRADUATES": pools * span, "HIRE_GAP": pools,
        "EVENT": 2 * len(chance.risk_key), "EVENT_NUMBER": len(chance.risk_key), "EVENT_BEGIN": len(chance.risk_key),
        "LEFT_OVER": max(len(chance.risk_key), int(chance.hits[:, 1].max(initial=-1)) + 1),
        "HALF": len(chance.each_row), "WASTE_GAP": points, "RECEIVED": len(amounts.aged) * span, "MET": needs,
        "SHARE": groups, "SPENT": 1,
        "DISPLACED": 2, "LOADED": resources, "BEHIND": resources, "WORKED": resources, "PURSE": payers,
        "KEPT": len(amounts.keep), "CAME": points // WIDTH + 1, "INITIAL": len(amounts.aged),
        "BEFORE": len(amounts.aged), "HAD": needs, "EXTRA_HOURS": len(amounts.overtime),
        "WAITS": groups, "REACHED": len(record.target_group), "TRY": int(trials.at[-1]), "LINK_WAIT": len(trials.links),
        "LIFE": 3 * len(fielded.delivery), "TRIAL": TRIED * len(trials.gate), "WORKING": len(fielded.delivery),
        "FAILED": len(fielded.delivery), "RETURNED": len(fielded.delivery), "EXCESS": len(fielded.delivery),
        "PEAK": len(fielded.delivery), "SPARE": len(shares.slack),
        "COHORT": (int(fielded.ages.max(initial=-1)) + 1) * (span - 1),
    }  # fmt: skip
    copied = sum(counts.values()) if len(shares.slack) else 0  # of all rows above, so it comes last
    return [(getattr(layout, name), count) for name, count in counts.items()] + [(layout.AS_IT_WAS, copied)]
