r"""Heads: who works in a labour pool and who is in training, as people quit and those hired are trained.

.. math:: W_{wt} = (1-\text{quit}_w)^{\Delta_t/365}\, W_{w,t-1} + (1-d_w)\, \text{trained}_{wt} \qquad
          N_{wt} = N_{w,t-1} + h_{wt} - \text{trained}_{wt}

======= ================================== ========================== ==========
symbol  meaning                            table column               unit
======= ================================== ========================== ==========
W       trained heads                      column ``heads``           person
N       in training                        column ``train``           person
h       hires                              column ``hire``            person
trained hires whose training ends          ``pools.train_d``          person
d       share who leave in training        ``pools.dropout``          -
quit    share of the heads that leave      ``pools.quit``             1/yr
======= ================================== ========================== ==========

Quits come first in a period; whoever has been trained works the whole of it; those who drop out do so at the end of the
training. A steady number of hires leads to as many heads as hires over the share that leaves. Pools that hire nobody
have no such columns: their heads are known. Source: Holt, Modigliani, Muth & Simon 1960.

>>> from fullrate.rules import tiny
>>> print(tiny.shown("HEADS", tiny.SCHOOL))
heads[shift,1]: heads[shift,1] = 2
heads[shift,2]: heads[shift,2] - heads[shift,1] - 0.75 hire[shift,1] = 0
train[shift,1]: train[shift,1] - hire[shift,1] = 0
train[shift,2]: train[shift,2] - train[shift,1] - hire[shift,2] + hire[shift,1] = 0
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from fullrate.case import Case
from fullrate.lp.axes import Columns, block
from fullrate.lp.rows import RowBlock, Rows
from fullrate.results import Plan
from fullrate.rules import plainly
from fullrate.rules.base import Cols, Excess, Rule, Sent, cells_of, differs, over
from fullrate.tables import Tables


def columns(case: Case) -> list[Columns]:
    """Those in training and trained heads, of pools that may hire."""
    axis, start = case.axes["pool"], np.zeros(len(case.axes["pool"]), np.int64)
    since = np.where(case.tables["pools"].hire_max > 0, case.calendar.periods, 0)
    return [block(name, axis, case.period, start, since, scale=case.people.size) for name in ("train", "heads")]


def sends(case: Case, cols: Cols) -> Iterator[Sent]:
    """Hours that heads and trainees bring, those of their instructors taken off."""
    yield "labour", -cols["heads"].terms.by(case.people.hours, "pool", "period")
    yield "labour", -cols["train"].terms.by(case.people.net, "pool", "period").nonzero()


def rows(case: Case, cols: Cols) -> list[RowBlock]:
    """One balance of heads and one of trainees per pool and period."""
    people, over_time = case.people, (case.axes["pool"], case.period)
    train, heads = cols["train"].terms, cols["heads"].terms
    stay = heads.lag().by(people.stays, "pool", "period")
    there = np.zeros_like(people.left)
    there[:, 0] = people.left[:, 0]
    return [
        Rows("heads", over_time).plus(heads).minus(stay, *cols.to("heads")).equals(there),
        Rows("train", over_time).plus(train).minus(train.lag(), *cols.to("train")).equals(0.0),
    ]


def check(tables: Tables, plan: Plan) -> Iterator[Excess]:
    """Heads and trainees period by period, from the heads at the start."""
    edges, every = plan.edges, range(1, plan.periods + 1)
    for row in tables.rows("pools"):
        name, before, learning = row["pool"], float(row["heads"]), 0.0
        trained = dict.fromkeys(every, 0.0)
        for period in every:
            hired = plan["hire"][name, period]
            if hired:
                for t, share in plainly.arrival(edges, period, row["train_d"], tables.config.lead_rounding):
                    trained[t] += share * hired
            heads, train = plan["heads"][name, period], plan["train"][name, period]
            if row["hire_max"] == 0:
                yield from over("HEADS", abs(heads) + abs(train), 0.0, name, period)
                continue
            stay = before * (1 - row["quit"]) ** ((edges[period] - edges[period - 1]) / 365)
            stayed = (1 - row["dropout"]) * trained[period]
            yield from differs("HEADS", heads, stay + stayed, before + stayed, name, period)
            yield from differs("HEADS", train, learning + hired - trained[period], learning + hired, name, period)
            yield from over("HEADS", -heads, 0.0, name, period)
            yield from over("HEADS", -train, 0.0, name, period)
            before, learning = heads, train


RULE = Rule(
    code="HEADS",
    title="People who are there quit at their rate, and those hired work when they have been trained.",
    reads={
        "pools": ("pool", "heads", "quit", "hire_max", "train_d", "dropout", "hours", "train_eff", "trainer_h"),
    },
    rows=rows,
    columns=columns,
    sends=sends,
    check=check,
    cells={
        "heads": cells_of("pools", "heads", "quit", "dropout", "train_d"),
        "train": cells_of("pools", "train_d"),
    },
)
