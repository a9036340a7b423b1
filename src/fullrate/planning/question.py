"""Whose wait a question is about, as an objective over deliveries.

Earlier classes keep what they have, so all of a remedy goes to those the question is about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from fullrate.case import Case, derive
from fullrate.findings import Finding, Refused, Severity
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.chain import TIME_GAP, unit
from fullrate.planning.honoured import FIRST, first_wishes, honoured, least_missed
from fullrate.planning.learning import recalled
from fullrate.planning.met import Met
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import Tables
from fullrate.tables.nearest import nearest

Floats = NDArray[np.float64]
Counted = dict[tuple[str, str, int], float]
"""Experience by process, resource and period."""
NONE: Counted = {}
KEPT = 1e-6
"""Share by which earlier classes may wait longer: the solver's rounding."""


@dataclass(frozen=True)
class Question:
    """Why is it late, for whom.

    Attributes:
        cls: priority class.
        recipient: only this recipient of the class; blank: all of them.
        need: only this need; blank: all needs of the class or recipient.
    """

    cls: int
    recipient: str = ""
    need: str = ""


def asked(tables: Tables, *, cls: int | None = None, recipient: str = "", need: str = "", item: str = "") -> Question:
    """The question in full: a need or a recipient brings its class, else the first class is meant.

    Raises:
        Refused: there is no such class, recipient, need or item.
    """
    if item and item not in tables.keys("items"):
        raise Refused([_unknown("item", item, tables.keys("items"))])
    usual = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    rows = [{**row, "class": row["class"] or usual[row["recipient"]]} for row in tables.rows("needs") if row["qty"] > 0]
    for word, column, value in (("need", "need", need), ("recipient", "recipient", recipient), ("class", "class", cls)):
        known = sorted({row[column] for row in rows})
        if value not in ("", None) and value not in known:
            raise Refused([_unknown(word, str(value), [str(one) for one in known])])
    rows = [row for row in rows if not need or row["need"] == need]
    rows = [row for row in rows if not recipient or row["recipient"] == recipient]
    rows = [row for row in rows if cls is None or row["class"] == cls]
    if not rows:
        raise Refused([_apart(tables, need, recipient, cls)])
    return Question(min(row["class"] for row in rows), recipient, need)


def refuse_outside(by: date, start: date, horizon: float) -> None:
    """Refuse a day that is not inside a plan of so many days.

    Raises:
        Refused: with FR705.
    """
    if not 0 < (by - start).days <= horizon:
        allowed = f"a day after {start}, at most {horizon:.0f} days later"
        help_ = "ask for a day inside the plan, or make it longer (`periods` in scenario.toml)"
        wrong = Finding("FR705", Severity.ERROR, "date outside the plan", found=str(by), allowed=allowed, help=help_)
        raise Refused([wrong])


def _apart(tables: Tables, need: str, recipient: str, cls: int | None) -> Finding:
    """A need, a recipient and a class that are there, but do not go together."""
    named = [f"need `{need}`"] * bool(need) + [f"recipient `{recipient}`"] * bool(recipient)
    named += [] if cls is None else [f"class {cls}"]
    theirs = [row["need"] for row in tables.rows("needs") if row["recipient"] == recipient and row["qty"] > 0]
    return Finding(
        "FR704",
        Severity.ERROR,
        "names that do not go together" if named else "nothing is needed",
        found=f"no need is all of {', '.join(named)}" if named else "no need has a quantity above zero",
        allowed=", ".join(theirs[:5]) + (", ..." if len(theirs) > 5 else ""),
        help="leave one of them out" if named else "give a quantity in needs.csv",
    )


def _unknown(word: str, found: str, known: list[str]) -> Finding:
    near = nearest(found, known)
    return Finding(
        "FR704",
        Severity.ERROR,
        f"no such {word}",
        found=f"`{found}`",
        allowed=", ".join(known[:5]) + (", ..." if len(known) > 5 else ""),
        nearest=near.names,
        help=near.question(),
    )


@dataclass(frozen=True, eq=False)
class Asked:
    """A question on one scenario: its program, whose objective is minus the wait saved, and the wait of nothing.

    ``constant + lp.cost @ x`` is the mean wait in days, tail included, of those the question is about.
    """

    case: Case
    cols: Cols
    lp: LP
    constant: float
    at: int

    def wait(self, objective: float) -> float:
        """Mean wait in days at an objective of the program."""
        return self.constant + objective


def written(tables: Tables, counted: Counted) -> tuple[Case, LP, Cols]:
    """A scenario that counts on experience: its case, its program with no objective, and its columns."""
    case = recalled(derive(tables), counted)
    return case, *write(case)


def posed(tables: Tables, question: Question, held: dict[str, float], counted: Counted = NONE) -> Asked:
    """The program of a question.

    Args:
        tables: the scenario, perhaps with remedies.
        question: whose wait.
        held: weighted waits of earlier classes that are kept, by label of the class, and what is missed of protected
            floors and frozen orders; if it says nothing of them they are kept as well as they can be.
        counted: experience that the plan counts on, by process, resource and period; it is gathered here, too.
    """
    case, lp, cols = written(tables, counted)
    lp = honoured(case, lp, cols, held) if held.keys() & set(FIRST) else first_wishes(case, lp, cols)
    needs = case.needs
    at = needs.cls.labels.index(str(question.cls))
    weight = _weights(case, question, at)
    sent, cost = Met.of(cols), np.zeros(lp.shape[1])
    cost[sent.column] = -weight[sent.need] * needs.relief[sent.need, sent.period] * sent.amount
    upper = lp.upper.copy()
    waits = {label: value for label, value in held.items() if label not in FIRST}
    for label, value in waits.items():
        column = cols["burden"].offset[needs.cls.labels.index(label)]
        upper[column] = min(upper[column], value + KEPT * max(1.0, abs(value)))
    return Asked(case, cols, lp.within(upper=upper).minimising(cost), float(weight @ needs.unmet), at)


def _weights(case: Case, question: Question, at: int) -> Floats:
    """Weight of each need in the mean, shape (needs,), summing to one."""
    needs = case.needs
    inside = (needs.group_of >= 0) & (needs.group_class[needs.group_of] == at)
    labels = np.array(case.axes["need"].labels, object)
    if question.need:
        inside &= labels == question.need
    if question.recipient:
        owner = np.array([needs.group.labels[g].rpartition("|")[0] if g >= 0 else "" for g in needs.group_of], object)
        inside &= owner == question.recipient
    weight: Floats = np.where(inside, needs.weight[needs.group_of] * needs.share, 0.0)
    return np.asarray(weight / weight.sum(), np.float64)


def earlier(tables: Tables, question: Question, counted: Counted = NONE) -> dict[str, float]:
    """Least weighted waits of the classes before the question's, one after the other, by label.

    Before them what is missed of protected floors and frozen orders, by name of the stage: no remedy takes from them.
    """
    case, lp, cols = written(tables, counted)
    found = least_missed(case, lp, cols)
    lp = honoured(case, lp, cols, found)
    for at, label in enumerate(case.needs.cls.labels):
        if int(label) >= question.cls:
            break
        column = int(cols["burden"].offset[at])
        answer = solve(lp.minimising(unit(lp, column)), gap=TIME_GAP)
        if not answer.usable:
            raise RuntimeError(f"the time stage of class {label} is {answer.status}")
        found[label] = answer.objective
        upper = lp.upper.copy()
        upper[column] = answer.objective + KEPT * max(1.0, abs(answer.objective))
        lp = replace(lp, upper=upper)
    return found
