"""What to buy against cuts, in words: what it saves, the curve, each measure alone, what overlaps, what it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.report.frontier import tenth
from fullrate.report.losses import points, promised, promises
from fullrate.report.names import Names, plain
from fullrate.report.numbers import as_known, money, percent, quantity
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables import Tables

SHOWN = 8
"""Measures, cases and pairs that are printed; all are in the tables."""
NEARLY, MUCH_LESS = 0.95, 0.5
"""Share of what the budget avoids that is nearly all of it, and share of its money that is much less."""
LITTLE = 0.05
"""Days below which a loss is not worth a line."""
KINDS = {
    "buffer": "stock of {} at {}",
    "gate": "{} passed beforehand",
    "capacity": "more of {}",
    "lane": "more on {}",
    "build": "one more build of {}",
}
"""What is bought, in words."""


def named(tables: Tables, row: Mapping[str, Any]) -> str:
    """A measure in words."""
    names = Names.of(tables)
    target = names.item(row["target"]) if row["kind"] == "buffer" else plain(row["target"])
    return KINDS[row["kind"]].format(target, plain(row["site"]))


def amount(tables: Tables, row: Mapping[str, Any]) -> str:
    """How much of a measure, in its unit."""
    if row["kind"] == "gate":
        return "" if row["amount"] > 0 else "none"
    if row["kind"] == "buffer":
        return quantity(row["amount"], Names.of(tables).unit(row["target"]))
    if row["kind"] == "build":
        return quantity(row["amount"])
    return f"{quantity(row['amount'])} a day"


def weighed(study: Study) -> str:
    """Which cases the loss is taken over."""
    level = study.meta["level"]
    inside = study.meta["cases"] - study.meta["outside"]
    if level >= 1:
        return f"in the worst of {inside} cases"
    return f"on average over {'' if level <= 0 else f'the worst {percent(1 - level)} of '}{inside} cases"


def sentence(tables: Tables, study: Study) -> str:
    """What the budget saves, in a sentence that can be quoted, with cases that nothing was bought for."""
    curve = study.table("curve")
    first, last = curve.row(0, named=True), curve.row(-1, named=True)
    known = as_known(study.meta["as_of"])
    begin = f"If every number in “{tables.config.name}” holds{known}"
    if first["loss_d"] <= LITTLE:
        return f"{begin}, the cuts tried cost nothing {weighed(study)}: there is nothing to buy against them."
    spent = money(last["spent"], study.meta["currency"])
    said = f"{begin}, {spent} spent beforehand lower what a cut costs {weighed(study)} "
    said += f"from {tenth(first['loss_d'])} of mean wait to {tenth(max(last['loss_d'], 0.0))}"
    if first["loss_d"] - last["loss_d"] <= LITTLE:
        said = f"{begin}, nothing that is for sale lowers what a cut costs {weighed(study)}: {tenth(first['loss_d'])}"
    else:
        said += _most(study)
    if last["outside_mean_d"] is not None:
        count = study.meta["outside"]
        said += f"; in {count} case{'' if count == 1 else 's'} that nothing was bought for it is "
        said += f"{tenth(last['outside_mean_d'])} instead of {tenth(first['outside_mean_d'])} on average"
    return f"{said}."


def _most(study: Study) -> str:
    """The least money that avoids nearly all that the budget avoids, where that is much less; else blank."""
    curve, currency = study.table("curve"), study.meta["currency"]
    last = curve.row(-1, named=True)
    for row in curve.iter_rows(named=True):
        if row["avoided_d"] >= NEARLY * last["avoided_d"]:
            much_less = row["spent"] < MUCH_LESS * last["spent"]
            return f" ({tenth(row['avoided_d'])} of that for {money(row['spent'], currency)})" if much_less else ""
    return ""


def as_text(tables: Tables, study: Study, width: int = 100) -> str:
    """The answer for a terminal."""
    parts = [textwrap.fill(sentence(tables, study), width)]
    parts.append(grid(*curve(study), right=range(8)))
    for title, (head, rows), right in (
        ("bought with the whole budget", bought(tables, study), (1, 2)),
        ("each alone, with the whole budget", alone(tables, study), (1, 2, 3, 4)),
        ("avoided twice, when both are bought as if alone", overlaps(tables, study), (2, 3)),
        ("what each case costs, days of mean wait", losses(study), (1, 2)),
        (f"odds that the promised date holds, {odds_note(tables, study)}", odds(study), (4, 5, 6, 7)),
    ):
        if rows:
            parts.append(f"{title}:\n{grid(head, rows, right)}")
    points = [textwrap.fill(f"- {one}", width, subsequent_indent="  ") for one in assumed(study)]
    return "\n\n".join([*parts, "\n".join(["assumed:", *points])])


def curve(study: Study) -> tuple[list[str], list[list[str]]]:
    """One row per budget: loss, what it avoids, and what the last step of money avoids per million."""
    unit = f"million {study.meta['currency']}".strip()
    outside = study.meta["outside"] > 0
    head = [f"budget, {unit}", "spent", "loss, days", "avoided", "a million more avoids", "worst case"]
    head += ["kept out", "worst kept out"] if outside else []
    rows, before = [], None
    for row in study.table("curve").iter_rows(named=True):
        step = "" if before is None else _per(before["loss_d"] - row["loss_d"], row["spent"] - before["spent"])
        cells = [f"{row['budget']:.4g}", f"{row['spent']:.4g}"]
        cells += [_day(row["loss_d"]), _day(row["avoided_d"]), step, _day(row["worst_d"])]
        cells += [_day(row["outside_mean_d"]), _day(row["outside_worst_d"])] if outside else []
        rows.append(cells)
        before = row
    return head, rows


def _day(value: float) -> str:
    return f"{max(value, 0.0):.1f}"


def _per(avoided: float, spent: float) -> str:
    return f"{max(avoided, 0.0) / spent:.3g}" if spent > 1e-9 and avoided > 1e-3 else "0"


def bought(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """What the whole budget buys, the dearest first."""
    frame = study.table("bought").filter(pl.col("budget") == study.meta["budget"]).sort("money", descending=True)
    currency = study.meta["currency"]
    rows = [
        [named(tables, row), amount(tables, row), money(row["money"], currency)] for row in frame.iter_rows(named=True)
    ]
    return ["what", "how much", "cost"], rows


def alone(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Each measure alone, those that avoid most first."""
    rows = []
    for row in study.table("alone").filter(pl.col("avoided_d") > LITTLE).head(SHOWN).iter_rows(named=True):
        each = "" if row["per_million_d"] is None else f"{row['per_million_d']:.3g}"
        cost = money(row["money"], study.meta["currency"])
        rows.append([named(tables, row), amount(tables, row), cost, f"{row['avoided_d']:.1f}", each])
    return ["what", "how much", "cost", "avoids, days", "per million"], rows


def overlaps(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Pairs that avoid the same loss."""
    words = {row["measure"]: named(tables, row) for row in study.table("alone").iter_rows(named=True)}
    some = study.table("overlaps").filter(pl.col("overlap_d") > LITTLE).head(SHOWN)
    rows = [
        [words[row["first"]], words[row["second"]], f"{row['together_d']:.1f}", f"{row['overlap_d']:.1f}"]
        for row in some.iter_rows(named=True)
    ]
    return ["one", "and another", "both avoid, days", "of it twice"], rows


def losses(study: Study) -> tuple[list[str], list[list[str]]]:
    """The worst cases with and without what is bought."""
    rows = [
        [plain(row["case"]), _day(row["without_d"]), _day(row["with_d"]), "kept out" if row["outside"] else ""]
        for row in study.table("losses").head(SHOWN).iter_rows(named=True)
    ]
    return ["cut", "without", "with", ""], rows


def assumed(study: Study) -> list[str]:
    """What the answer takes for granted."""
    meta = study.meta
    said = [
        "Every case weighs the same: how likely such cuts are is not known. The loss of a case is how much the mean "
        "wait grows, against the same decisions without the cut and without purchases; less than nothing is nothing.",
        f"What is bought is there at the start and paid from a budget of its own. Policy: {meta['policy']}. Builds "
        "may be fractions, and limits that only switch things on keep their size.",
        "A source under a restriction stays barred whatever is bought.",
    ]
    if (study.table("alone")["kind"] == "build").any():
        said.append(
            "A build that is bought is one more that may be begun: it takes its lead, as any other, and where the plan "
            "has funds they pay for it, too."
        )
    if meta["classes"] > 1:
        said.append("A day of waiting of a class counts 0.01 of one of the class before it.")
    if meta["assumed"]:
        said.append(
            "No table `mitigations`: for sale is one more of every build at its capex, every gate with a cost passed "
            "beforehand at that cost, and stocks of inputs at what it costs to make them."
        )
    if meta["outside"]:
        said.append(
            f"{meta['outside']} of {meta['cases']} cases, drawn by lot, were kept out of the choice; regions never are."
        )
    else:
        said.append("No case was kept out of the choice: there are too few, so no case tests it.")
    return said


def odds(study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the odds of the worst cases, with the purchases of the whole budget and without."""
    head = ["cut off", "of", "covered", "by", "no cut", "cut", "cut, after purchases", "regained"]
    rows = []
    for row in promises(study.tables.get("odds")):
        shares = [percent(row[name]) for name in ("odds", "cut_odds", "bought_odds")]
        rows.append([row["case"], *promised(row), *shares, points(row["regained"], row["error"])])
    return head, rows


def odds_note(tables: Tables, study: Study) -> str:
    """What the odds are of, and how sure they are."""
    known = as_known(tables.config.as_of)
    return (
        f"in {study.meta.get('samples', 0)} executions each{known}, with the same luck; planned anew once the cut is "
        "known; ± one standard error"
    )
