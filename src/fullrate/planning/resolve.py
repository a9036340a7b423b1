"""Many programs that are like one another: from the basis of one that is solved, cold where that takes too long."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from fullrate.lp.alike import counterparts
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats
from fullrate.lp.diff import diff
from fullrate.lp.solve import Corner, Hot, Solution, held, solve


@dataclass
class Resolver:
    """A base program, its solution, and a solver object that comes back to it.

    Attributes:
        base: the program others are compared with.
        answer: its solution.
        hot: the solver object; None for integer programs, which are always solved anew.
        corner: where hot solves begin: that of the base.
        counts: how many programs were solved hot, cold, and how many hot attempts failed.
    """

    base: LP
    answer: Solution
    hot: Hot | None
    corner: Corner | None
    counts: dict[str, int] = field(default_factory=lambda: {"hot": 0, "cold": 0, "gave up": 0})

    @staticmethod
    def of(base: LP, gap: float, known: Solution | None = None) -> Resolver:
        """Solve ``base`` and stay near it. Raises RuntimeError when it has no solution.

        Args:
            base: the program.
            gap: relative gap at which an integer program may stop.
            known: its solution, where that was found already; of an integer program it is not looked for again.
        """
        hot = None if len(base.integer) else Hot(base, ties(base))
        answer = hot.anew(base) if hot else known or solve(base, gap=gap)
        if not answer.usable:
            raise RuntimeError(f"the base program is {answer.status}")
        if hot is None:  # prices are those of the program with its whole numbers held
            answer = replace(answer, row_dual=solve(held(base, answer.x)).row_dual)
        return Resolver(base, answer, hot, hot.corner if hot else None)

    @property
    def pays(self) -> bool:
        """Whether hot solves have ended at least as often as they gave up."""
        return self.counts["hot"] >= self.counts["gave up"]

    def solve(self, lp: LP, gap: float) -> Solution:
        """The solution of ``lp``; from the base's, while that ends more often than not, else cold."""
        answer = self.begun(lp)
        if answer is not None:
            return answer
        self.counts["cold"] += 1
        return solve(lp, gap=gap, corner=False)

    def begun(self, lp: LP) -> Solution | None:
        """The solution of ``lp`` from the base's; None for integer programs and where that takes too long.

        Where only bounds differ the solver object goes there; a program with another matrix gets one of its own, which
        begins at what the base's basis says of its columns and rows.
        """
        if self.hot is None or self.corner is None or not self.pays:
            return None
        if diff(self.base, lp) is not None:
            answer = self.hot.solve(lp, self.corner)
        else:
            same = counterparts(self.base, lp)
            answer = None if same is None else Hot(lp, ties(lp)).solve(lp, self.corner.carried(*same))
        self.counts["hot" if answer else "gave up"] += 1
        return answer

    def rebase(self, lp: LP, gap: float, known: Solution | None = None) -> None:
        """Go on from ``lp`` as the base, its solution perhaps ``known``. Raises RuntimeError when it has none."""
        if self.hot is None or diff(self.base, lp) is None:
            fresh = Resolver.of(lp, gap, known)
            self.hot, self.answer, self.corner = fresh.hot, fresh.answer, fresh.corner
        else:
            answer = self.hot.solve(lp, self.corner) if self.pays and self.corner else None
            self.answer = answer or self.hot.anew(lp)
            self.corner = self.hot.corner
            if not self.answer.usable:
                raise RuntimeError(f"the base program is {self.answer.status}")
        self.base = lp

    def most_gain(self, lp: LP) -> float:
        """Most by which the objective of ``lp`` can lie below the base's; infinite where no bound is known.

        The value of a linear program is a convex function of its bounds and the prices are a slope of it, so what the
        prices promise for a change of bounds is never exceeded.
        """
        change = None if len(lp.integer) else diff(self.base, lp)
        if change is None:
            return float("inf")
        dual, reduced = self.answer.row_dual, self.base.cost - self.base.priced(self.answer.row_dual)
        return promised(dual, self.base.row_lower, lp.row_lower, self.base.row_upper, lp.row_upper) + promised(
            reduced, self.base.lower, lp.lower, self.base.upper, lp.upper
        )


TIE = 1e-3
"""Cost of an activity, counted in its scale, that decides among equally good points: beside one of the objective's.
Smaller ones drown in what interior point calls solved, and simplex has to mend tens of thousands of columns."""
EARLY = 0.2
"""Share of ``TIE`` that does not depend on when."""
JITTER = 0.2
"""Share by which ``TIE`` differs from column to column, so that no two points are equally good; the same every time."""


def ties(lp: LP) -> Floats:
    """Small costs that choose among equally good points: as little as possible, and as early, shape (columns,).

    Only for simplex, so that it has a way to go; see ``Hot``.
    """
    cost = np.zeros(lp.shape[1])
    differs = np.random.default_rng(1).uniform(1 - JITTER, 1, lp.shape[1])
    for block in [lp.columns[name] for name in ACTIVITIES if name in lp.columns]:
        terms = block.terms
        period = np.zeros(len(terms)) if block.period is None else terms.at["period"]
        cost[terms.column] = EARLY + period / max(float(period.max(initial=0.0)), 1.0)
    unit = float(np.abs(lp.cost * lp.scale).max(initial=0.0)) or 1.0
    return np.asarray(TIE * unit * cost * differs / lp.scale, np.float64)


ACTIVITIES = ("make", "ship")
"""Columns that ``ties`` speaks of."""
NOISE = 1e-9
"""Prices below this are the solver's rounding."""


def promised(price: Floats, low: Floats, low_now: Floats, up: Floats, up_now: Floats) -> float:
    """Fall of the objective that prices promise when bounds move; infinite when a priced bound goes away."""
    at = np.where(price > 0, low, up)
    now = np.where(price > 0, low_now, up_now)
    some = (np.abs(price) > NOISE) & np.isfinite(at) & (at != now)
    if not np.isfinite(now[some]).all():
        return float("inf")
    return float(-(price[some] * (now[some] - at[some])).sum())
