"""What executions read and write: amounts that are the same for all samples, and the state of a block of samples.

Samples run in blocks of ``WIDTH`` side by side: every array of the state ends in that axis, so that the innermost loop
of every step is one instruction for several samples. A block never sees another one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fullrate.simulate.fielded import Fielded
from fullrate.simulate.network import Network
from fullrate.simulate.trials import Trials

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Keys = NDArray[np.uint64]


class Amounts(NamedTuple):
    """What is the same for all samples; shapes (activities, T), (stores, T) and so on.

    Attributes:
        edges: days, shape (T + 1,).
        rounding: 0 leads are rounded up, 1 down, 2 smeared.
        plan: what is to be done of each activity.
        most: what the policy lets an activity do at most.
        shut: whether an activity may not happen.
        rate: most starts of each process, with ``rate_own``.
        base: what comes into each store, with ``base_own``; lost needs and hours do not stay.
        remains: share that certain outages leave of each resource, with what is built on it, and of each lane; stores
            from the first resource to the last lane.
        stays: whether what is left of a store stays for the next period, shape (stores, T).
        extra, extra_at, extra_own: what comes into single stores in single periods by luck: amount; store and period.
        price: prices of starts and freight.
        yields, yield_own, bent: share that is good; processes for which it has to be looked up.
        gate: gate of each process, the last one standing for none; ``build_gate`` of builds.
        lot, least: fewest starts of a process, least freight of a lane.
        fixed: cost of a period in which anything leaves on a lane, and its payer, shape (lanes, 2).
        pick_shut: alternatives that may not be taken.
        learner: group of each process that learns, -1; ``team``: processes by group, from ``team_begin`` of each on.
        rivals: for each rival its resource, pool, lane, payer and point as stores, -1; shape (rivals, 2).
        keep, wanted: what rivals keep in the plan and want; ``worth`` of a unit.
        overtime: planned hours; ``overtime_most``; columns of ``overtime_of``: resource, pool (store, -1), payer of the
            wage, payer of the rest; ``overtime_pay``: output of an hour, wage part, cost.
        waste, hold: planned waste and stock of each point; ``room``; points where anything may be ``wasted``.
        since, fresh: for each point that does not keep (``aged``) the first period whose receipts may stay, and whether
            stock at the start may.
        holding: cost of keeping a unit in a period; its payer.
        value, need: worth of a delivery for its need, less what of it is defective where only what works counts.
        settled: see ``settled.stores_of``; ``per`` is one over the rate of each claim.
    """

    edges: Floats
    rounding: int
    plan: Floats
    most: Floats
    shut: Bools
    rate: Floats
    rate_own: Ints
    base: Floats
    remains: Floats
    base_own: Ints
    stays: Bools
    extra: Floats
    extra_at: Ints
    extra_own: Ints
    price: Floats
    yields: Floats
    yield_own: Ints
    bent: Ints
    gate: Ints
    lot: Floats
    least: Floats
    fixed: Floats
    fixed_payer: Ints
    lane: Ints
    measure: Floats
    first_of_lane: Ints
    pick_shut: Bools
    learner: Ints
    team_begin: Ints
    team: Ints
    rivals: Ints
    keep: Floats
    wanted: Floats
    worth: Floats
    overtime: Floats
    overtime_most: Floats
    overtime_store: Ints
    overtime_pool: Ints
    overtime_wage_payer: Ints
    overtime_payer: Ints
    overtime_eff: Floats
    overtime_wage: Floats
    overtime_cost: Floats
    waste: Floats
    hold: Floats
    room: Floats
    wasted: Ints
    aged: Ints
    since: Ints
    fresh: Bools
    stale: Floats
    size: Floats
    owing: Bools
    holding: Floats
    holding_payer: int
    value: Floats
    need: Ints
    qty: Floats
    processes: int
    shipments: int
    settled: Ints
    per: Floats


class Growth(NamedTuple):
    """Builds, pools and gates: plans and uses; shapes (builds, ..), (pools, ..), (gates, ..).

    A build at risk waits for the begin of a gate (``build_begins``), others for its end (``build_gate``). ``load_*``
    list what builds (element >= 0) and gates (element = builds + gate) take when they begin.
    """

    build: Floats
    build_store: Ints
    build_row: Ints
    build_gate: Ints
    build_begins: Ints
    build_open: Ints
    build_max: Floats
    capex: Floats
    build_payer: Ints
    curve: Ints
    x: Floats
    y: Floats
    ramp: Ints
    load_begin: Ints
    load_store: Ints
    load_qty: Floats
    hire: Floats
    hire_payer: Ints
    gate_payer: Ints
    gate_cost: Floats


class Chance(NamedTuple):
    """Luck by name: cells drawn per occurrence, and risks.

    Every set of risks that hit the same has a row with the share they leave; ``store_row`` and ``activity_row`` lead to
    it. The first rows are those of the single risks; of the others ``hits`` lists (risk, row), ordered by row.
    ``each_alone`` is the process of which a cell drawn per occurrence is the yield and nothing else, -1;
    ``each_straight`` whether it is uniform.
    """

    each_row: Ints
    each_key: Keys
    each_table: Floats
    each_alone: Ints
    each_straight: Bools
    risk_key: Keys
    risk_once: Bools
    risk_curve: Ints
    risk_length_key: Keys
    risk_each: Ints
    risk_table: Floats
    hits: Ints
    store_row: Ints
    activity_row: Ints


class Record(NamedTuple):
    """What is measured: groups of needs, targets, and what a unit delivered in a period shortens the wait by, days."""

    begin: Ints
    need: Ints
    target_group: Ints
    target_level: Floats
    relief: Floats


class Shares(NamedTuple):
    """Limits on shares of what is delivered: periods from ``first`` to before ``last``; see ``case.shares``.

    Deliveries from ``begin`` of each limit on, as activities, make room under it (``weight`` > 0) or use it up;
    ``slack`` is what may be lacking.
    """

    first: Ints
    last: Ints
    begin: Ints
    delivery: Ints
    weight: Floats
    slack: Floats


class Model(NamedTuple):
    """Everything a block reads."""

    network: Network
    amounts: Amounts
    growth: Growth
    chance: Chance
    record: Record
    trials: Trials
    fielded: Fielded
    shares: Shares


class Drawn(NamedTuple):
    """What is drawn for the samples of a block; the last axis is the sample.

    Attributes:
        sample: numbers of the samples, shape (WIDTH,).
        steady: values that multiply rates, or days of lead, shape (rows, WIDTH).
        need: factor on the quantity of each need.
        weight: what a unit of coverage of a need is of its group, shape (pairs, WIDTH); ``unmet`` the wait of each
            group if nothing is delivered.
        people: heads, hours, quit, dropout, output of a trainee, hours of teaching, most hires, days of training, cost
            of a hire; shape (pools, 9, WIDTH).
        builds: capacity added, lead, life, factor on capex, factor on what it takes of offices, day before which it
            does not work; shape (builds, 6, WIDTH).
        risks: rate per day or odds, duration, share left; shape (risks, 3, WIDTH).
        gates: first period behind each gate, and the one in which it begins; shape (gates + 1, 2, WIDTH).
        learning: experience at the start, progress ratio; shape (learners, 2, WIDTH).
        trials, waits: tries of gates that the plan decides, and days after the gate before; see ``trials.tries``.
        lives: how units in use fail, shape (fielded, 3, WIDTH).
    """

    sample: Ints
    steady: Floats
    need: Floats
    weight: Floats
    unmet: Floats
    people: Floats
    builds: Floats
    risks: Floats
    gates: Ints
    learning: Floats
    trials: Floats
    waits: Floats
    lives: Floats
