"""What executions pay, when, and for what: the money of every sample by period and purpose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case
from fullrate.draws import Draws
from fullrate.results import Plan
from fullrate.simulate import layout
from fullrate.simulate.broken import Broken, keep
from fullrate.simulate.drawn import batch
from fullrate.simulate.growth import offers
from fullrate.simulate.layout import WIDTH
from fullrate.simulate.measure import measure_of
from fullrate.simulate.model import wired
from fullrate.simulate.packed import Packed, packed
from fullrate.simulate.planned import planned
from fullrate.simulate.policy import Policy
from fullrate.simulate.run import NO_TRACE, execute
from fullrate.simulate.state import Model
from fullrate.simulate.steps.s03_people import PAY
from fullrate.simulate.steps.s04_growth import CAPITAL, LOADED
from fullrate.simulate.steps.s04_trials import CHARGED, TRIED
from fullrate.simulate.steps.s14_close import PAID
from fullrate.tables import Tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KINDS = ("process", "build", "pool", "gate", "lane", "resource", "item")
"""What money is paid for: starts with their wages, builds, hires, gates, freight, overtime, keeping stock."""


def paid_for(case: Case) -> tuple[tuple[str, str], ...]:
    """Kind and name of everything that money is paid for, in the order of ``spending``."""
    return tuple((kind, name) for kind in KINDS for name in case.axes[kind].labels)


def spending(
    tables: Tables,
    case: Case,
    plan: Plan,
    shares: Floats,
    draws: Draws | None = None,
    policy: Policy | None = None,
    *,
    folder: Path | None = None,
) -> Floats:
    """Money that executions of a plan pay in each period, by purpose.

    Args:
        tables: the scenario.
        case: its case, on the calendar of the plan.
        plan: what is followed.
        shares: share of what is paid for each thing that goes to each purpose, shape (T, purposes, things); things as
            in ``paid_for``. Nothing is kept by sample and thing.
        draws: ranges drawn; None for one execution in which all goes as planned.
        policy: how executions follow the plan.
        folder: where a case whose balance does not close is kept.

    Returns:
        Millions, shape (purposes, T, n).

    Raises:
        Broken: goods appeared or vanished in a sample, which is a fault of the program.
    """
    measure = measure_of(case)
    built = wired(tables, case, planned(case, plan), draws, policy or Policy(), measure.record)
    arrays, drawn = packed(built.model, len(built.rows.once)), batch(tables, case, built, measure, draws)
    count, till = 1 if draws is None else draws.count, Till.of(case, built.model, arrays)
    found = np.zeros((shares.shape[1], shares.shape[0], count))
    state, fault, none = arrays.state(), np.full(3, -1), np.zeros((len(measure.groups), 0, WIDTH))
    for first in range(0, count, WIDTH):
        arrays.draw(state, drawn.block(first))
        for t in range(len(shares)):
            due = till.due(state, t)
            execute(arrays, state, none, NO_TRACE, fault, (t, t + 1))
            if fault[0] >= 0:
                raise keep(Broken.at(tables, built.model, fault), tables, state, folder)
            found[:, t, first : first + WIDTH] = (shares[t] @ till.paid(state, t, due))[:, : count - first]
    return found


@dataclass(frozen=True, eq=False)
class Till:
    """Where money is paid; rows are those of ``paid_for``.

    Attributes:
        model, arrays: what is executed.
        begin: row of the first thing of each kind, and in the end their number.
        claims: what starts and shipments take of funds, as places in the claims of the network.
        claimed: row of each of them.
        wages: wages of who works on each build, then each gate.
        build, segment, item: row of every build, as it is and at risk, segment of overtime, and point.
    """

    model: Model
    arrays: Packed
    begin: dict[str, int]
    claims: Ints
    claimed: Ints
    wages: Floats
    build: Ints
    segment: Ints
    item: Ints

    @staticmethod
    def of(case: Case, model: Model, arrays: Packed) -> Till:
        """The till of a case."""
        counts = [len(case.axes[kind]) for kind in KINDS]
        begin = dict(zip((*KINDS, ""), np.cumsum([0, *counts]).tolist(), strict=True))
        stores, claims, growth = model.network.stores, model.network.claims, model.growth
        which = np.flatnonzero((claims.store >= stores.payers) & (claims.store < stores.needs))
        row = np.concatenate([np.arange(model.amounts.processes), begin["lane"] + case.shipments.lane])
        wage = (growth.load_store >= stores.payers) & (growth.load_store < stores.needs)
        paid = np.concatenate([[0.0], np.cumsum(np.where(wage, growth.load_qty, 0.0))])
        return Till(
            model,
            arrays,
            begin,
            which,
            row[claims.activity[which]],
            np.diff(paid[growth.load_begin]),
            begin["build"] + offers(case),
            begin["resource"] + case.overtime.resource,
            begin["item"] + case.points.item,
        )

    def _part(self, state: Floats, name: int, each: int = 1) -> Floats:
        """A part of a state, shape (elements, WIDTH), or (elements, each, WIDTH)."""
        rows = self.arrays.rows_of(state, name)
        return rows if each == 1 else rows.reshape(-1, each, WIDTH)

    def due(self, state: Floats, t: int) -> tuple[Floats, Floats]:
        """Builds and hires due by the end of a period: what is due no more then has been paid for."""
        growth = self.model.growth
        builds, hires = self._part(state, layout.BUILD_GAP), self._part(state, layout.HIRE_GAP)
        return builds + growth.build[:, [t]], hires + growth.hire[:, [t]]

    def paid(self, state: Floats, t: int, due: tuple[Floats, Floats]) -> Floats:
        """Money paid in a period for each thing, shape (things, WIDTH)."""
        amounts, begin = self.model.amounts, self.begin
        bill = np.zeros((begin[""], WIDTH))
        np.add.at(bill, self.claimed, self._claimed(state, t))
        builds, *others = self._begun(state, t, due)
        np.add.at(bill, self.build, builds)
        bill[begin["pool"] : begin["lane"]] += np.concatenate(others)
        bill[begin["lane"] : begin["resource"]] += self._sent(state) * amounts.fixed[:, None]
        hour = (amounts.overtime_wage + amounts.overtime_cost)[:, None]
        np.add.at(bill, self.segment, hour * self._part(state, layout.EXTRA_HOURS))
        kept = np.maximum(self._part(state, layout.LEFT)[: len(self.item)], 0.0)
        np.add.at(bill, self.item, amounts.holding[:, [t]] * kept)
        return bill

    def _claimed(self, state: Floats, t: int) -> Floats:
        """What starts and shipments took of funds: their wages and prices in the period."""
        claims, which = self.model.network.claims, self.claims
        one = np.ones((1, WIDTH))
        price = np.append(self.model.amounts.price[:, t], 1.0)[claims.price[which]]
        effort = np.concatenate([self._part(state, layout.EFFORT), one])[claims.learner[which]]
        own = np.concatenate([self._part(state, layout.OWN), one])[claims.own[which]]
        done = self._part(state, layout.DONE)[claims.activity[which]]
        return np.asarray((claims.rate[which] * price)[:, None] * effort * own * done)

    def _begun(self, state: Floats, t: int, due: tuple[Floats, Floats]) -> tuple[Floats, Floats, Floats]:
        """What builds, hires and gates cost that began in the period."""
        growth = self.model.growth
        builds, gates = len(growth.build), len(growth.gate_cost)
        built = self._part(state, layout.BUILT, 6)
        price = growth.capex[:, [t]] * built[:, CAPITAL] + self.wages[:builds, None] * built[:, LOADED]
        hire = self._part(state, layout.PEOPLE, 9)[:, PAY]
        begins = 1.0 * (self._part(state, layout.GATE_DATES, 2)[:gates, 1] == t)
        trials = self.model.trials
        if len(trials.gate):
            begins[trials.gate] += trials.times[:, None] * self._part(state, layout.TRIAL, TRIED)[:, CHARGED]
        return (
            (due[0] - self._part(state, layout.BUILD_GAP)) * price,
            (due[1] - self._part(state, layout.HIRE_GAP)) * hire,
            begins * (growth.gate_cost + self.wages[builds:])[:, None],
        )

    def _sent(self, state: Floats) -> NDArray[np.bool_]:
        """Whether anything left on each lane, as the steps of an execution take it."""
        amounts = self.model.amounts
        sent = np.zeros((len(amounts.fixed), WIDTH))
        done = self._part(state, layout.DONE)[amounts.processes : amounts.processes + amounts.shipments]
        np.add.at(sent, amounts.lane, amounts.measure[:, None] * done)
        return sent > PAID
