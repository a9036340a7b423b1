"""What to buy against cuts."""

from __future__ import annotations

import polars as pl

from fullrate.report import mitigation
from fullrate.report.draw import charts
from fullrate.report.draw.theme import BLUE, both
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text
from fullrate.report.sections.context import Context


def mitigated(context: Context) -> Section | None:
    """The newest answer to what money spent beforehand avoids."""
    study = context.studies.get("mitigation")
    if study is None:
        return None
    head, rows = mitigation.curve(study)
    table = Grid(head, rows, frozenset(range(len(head))), cards=True)
    points = study.table("curve").select("spent", "loss_d").rename({"spent": "amount", "loss_d": "wait_d"})
    points = points.with_columns(kind=pl.lit("kept"))
    unit = f"spent beforehand, million {context.currency}".strip()
    blocks: list[Block] = [
        Text([mitigation.sentence(context.tables, study)], mitigation.assumed(study)),
        Figure(
            "fig-mitigation",
            "What a cut costs against what was spent beforehand",
            f"Source: table “curve” of {study.meta.get('run', 'this run')}.",
            f"Curve through {len(points)} budgets: days of mean wait that cuts cost against {unit}.",
            both(lambda width: charts.trade(points, unit, width, f"mitigation-{width}")),
            legend=[Key("budget", BLUE, "dot")],
            table=table,
        ),
    ]
    for title, (named, listed), right in (
        ("Bought with the whole budget", mitigation.bought(context.tables, study), (1, 2)),
        ("Each measure alone", mitigation.alone(context.tables, study), (1, 2, 3, 4)),
        ("Avoided twice, when both are bought as if alone", mitigation.overlaps(context.tables, study), (2, 3)),
        ("What each case costs, days of mean wait", mitigation.losses(study), (1, 2)),
        (
            f"Odds that the promised date holds, {mitigation.odds_note(context.tables, study)}",
            mitigation.odds(study),
            (4, 5, 6, 7),
        ),
    ):
        if listed:
            blocks.append(Grid(named, listed, frozenset(right), title=title, cards=True))
    return Section("mitigation", "What to buy beforehand", blocks)
