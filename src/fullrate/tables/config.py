"""The settings of a scenario as one frozen value.

Which settings exist, with types, defaults and ranges, is declared in ``spec/scenario.py``; a test keeps
the two in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Config:
    """``scenario.toml``: days in days, shares as fractions, money in millions of ``currency``.

    ``calendar`` is a telescoping grid, ``((count, days), ...)``; if given it replaces ``period_d`` and
    ``periods``. ``fund`` pays what no row assigns to a fund.
    """

    name: str
    start: date
    currency: str = ""
    as_of: date | None = None
    period_d: float = 7.0
    periods: int = 104
    calendar: tuple[tuple[int, float], ...] = ()
    lead_rounding: str = "ceil"
    coverage: str = "delivered"
    gate_quantile: float = 0.5
    stages: tuple[str, ...] = ()
    fairness: str = "leximin"
    fairness_slack: float = 0.02
    tail: float = 1.0
    freeze_until: date | None = None
    samples: int = 1024
    replicates: int = 8
    seed: int = 1
    open_qty: float | None = None
    price_base: date | None = None
    widen: float = 1.0
    decided: date | None = None
    spend_max: float | None = None
    admin_delay_d: float = 0.0
    discount: float = 0.0
    fund: str | None = None
    io_unit: str | None = None
    io_year: int | None = None
    io_price_base: date | None = None
    io_total: float | None = None
    io_exchange: float | None = None
    io_labour: float | None = None

    @property
    def horizon_d(self) -> float:
        """Days from ``start`` to the end of the last period."""
        if self.calendar:
            return float(sum(count * days for count, days in self.calendar))
        return self.periods * self.period_d

    @property
    def decided_d(self) -> float:
        """Days from ``start`` to the first on which anything may be begun."""
        return 0.0 if self.decided is None else max(float((self.decided - self.start).days), 0.0)

    @property
    def count(self) -> int:
        """Number of periods."""
        return sum(count for count, _ in self.calendar) if self.calendar else self.periods

    @property
    def shortest_d(self) -> float:
        """Length of the shortest period, in days."""
        return min((days for _, days in self.calendar), default=self.period_d)
