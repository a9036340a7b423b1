"""What a person reads of why it is late: a ladder as wide as it need be, whose wait, names that do not go together."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl
import pytest

import fullrate as fr
from fullrate.report.why import as_text, ladder_rows
from fullrate.results import Study
from report.scenes import golden


@cache
def asked() -> Study:
    tables, plan = golden()
    return fr.why(tables, plan, recipient="seatown", item="casing", rungs=2)


def test_the_next_step_stands_in_the_next_line_and_costs_are_shown_where_there_are_any() -> None:
    tables, plan = golden()
    text = as_text(tables, plan, asked())
    assert "then binds" not in text
    assert "None of these steps has a cost in the tables." in " ".join(text.split())
    assert f"After that, {ladder_rows(tables, asked())[-1][-1]} binds." in " ".join(text.split())
    priced = asked().table("ladder").with_columns(cost=pl.Series([None, 2.5], dtype=pl.Float64))
    text = as_text(tables, plan, replace(asked(), tables={**asked().tables, "ladder": priced}))
    assert "2.5 million" in text
    assert "Cost: a build its capex" in text


def test_what_a_late_supply_costs_is_the_wait_of_those_who_ask() -> None:
    tables, plan = golden()
    assert "mean wait of seatown, class 1" in as_text(tables, plan, asked())


def test_names_that_do_not_go_together_are_told_with_those_that_do() -> None:
    tables, plan = golden()
    with pytest.raises(fr.Refused) as refused:
        fr.why(tables, plan, recipient="seatown", need="hilltown_pumps")
    (finding,) = refused.value.findings
    assert (finding.code, finding.allowed) == ("FR704", "seatown_pumps")
    assert "need `hilltown_pumps`, recipient `seatown`" in finding.found
    assert finding.help
