"""Planted errors: each is found, with its code, in its cell, and nothing else is called an error.

One row per error: what is wrong, the file, the text that is replaced, by what, and the finding that must
come: code, column, and the line if it is not the line of the edit.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from fullrate.findings import Finding, Severity
from fullrate.tables import read
from fullrate.tables.check import check
from tables import whole


class Planted(NamedTuple):
    what: str
    file: str
    old: str
    new: str
    code: str
    column: str = ""
    line: int | None = 0
    """0: the line of the edit; None: the file as a whole."""
    also: tuple[str, ...] = ()
    """Codes of errors that follow from it and are worth saying too."""


ERRORS = [
    # settings
    Planted("no start", "scenario.toml", "start = 2026-01-05\n", "", "FR107", "start", None),
    Planted("start is no date", "scenario.toml", "2026-01-05", '"5 Jan 26"', "FR105", "start"),
    Planted("toml is broken", "scenario.toml", 'name = "Two', "name = Two", "FR012"),
    Planted("unknown setting", "scenario.toml", "period_d", "periodd", "FR013", "periodd"),
    Planted("setting of another kind", "scenario.toml", "= 30", '= "30"', "FR014", "periods"),
    Planted("setting out of range", "scenario.toml", "= 7", "= 0", "FR108", "period_d"),
    Planted("unknown word", "scenario.toml", "periods", 'fairness = "leximax"\nperiods', "FR106",
            "fairness"),
    Planted("calendar without days", "scenario.toml", "periods", "calendar = [[4], [3, 28]]\nperiods",
            "FR014", "calendar"),
    Planted("plan of a millennium", "scenario.toml", "= 7\nperiods = 30", "= 70\nperiods = 5200",
            "FR108", "periods", 6),
    Planted("knows more than its start", "scenario.toml", "as_of = 2026-01-01", "as_of = 2026-02-01",
            "FR402", "as_of"),
    Planted("default fund unknown", "scenario.toml", '"budget"', '"budgets"', "FR201", "fund"),
    Planted("setting of later", "scenario.toml", "periods", 'coverage = "serviceable"\nperiods',
            "FR603", "coverage"),
    # files
    Planted("unknown column", "lanes.csv", "lead_d", "lead_days", "FR007", "lead_days"),
    Planted("column twice", "sites.csv", "region", "owner", "FR008", "owner"),
    Planted("column missing", "needs.csv", "need,recipient,item,qty", "need,recipient,item,amount",
            "FR009", "qty", also=("FR007",)),
    Planted("too few fields", "lanes.csv", "hub_seatown,hub,seatown,*,road,1,,unit,0,0,,,plan",
            "hub_seatown,hub,seatown,*,road", "FR005"),
    Planted("too many fields", "items.csv", "Empty vial", "Empty vial, 5 ml", "FR005"),
    Planted("quote not closed", "items.csv", "Vaccine A", '"Vaccine A', "FR006"),
    Planted("text after a quote", "items.csv", "Vaccine A", '"Vaccine" A', "FR006"),
    Planted("damaged file", "items.csv", "Vaccine A", "Vaccine \0", "FR004"),
    # numbers
    Planted("no number", "processes.csv", ",14,", ",two weeks,", "FR101", "lead_d"),
    Planted("number with its unit", "processes.csv", ",14,", ",14 d,", "FR101", "lead_d"),
    Planted("percent", "processes.csv", "0.95", "95%", "FR101", "yield"),
    Planted("thousands and decimals", "needs.csv", "20000", '"20.000,5"', "FR101", "qty"),
    Planted("thousands or decimals", "needs.csv", "20000", '"20,000"', "FR102", "qty"),
    Planted("not a number", "needs.csv", "20000", "nan", "FR112", "qty"),
    Planted("infinite need", "needs.csv", "20000", "inf", "FR112", "qty"),
    Planted("number too large for a computer", "needs.csv", "20000", "1e400", "FR112", "qty"),
    Planted("spreadsheet error", "needs.csv", "20000", "#REF!", "FR112", "qty"),
    Planted("half a class", "recipients.csv", "seatown,2,", "seatown,1.5,", "FR103", "class"),
    Planted("yes", "builds.csv", "true", "yes", "FR104", "integer"),
    Planted("negative stock", "stock.csv", "1000,,,", "-1,,,", "FR108", "qty"),
    Planted("negative lead", "lanes.csv", "road,2,", "road,-2,", "FR108", "lead_d"),
    Planted("yield of zero", "processes.csv", "0.95", "0", "FR108", "yield"),
    Planted("yield above one", "processes.csv", "0.95", "1.05", "FR108", "yield"),
    Planted("everything lost", "lanes.csv", "0.01,east", "1,east", "FR108", "loss"),
    Planted("class zero", "recipients.csv", "seatown,2,", "seatown,0,", "FR108", "class"),
    Planted("25 hours a day", "pools.csv", "40,7,", "40,25,", "FR108", "hours"),
    Planted("latitude", "sites.csv", "51.5", "151.5", "FR108", "lat"),
    Planted("absurdly large", "needs.csv", "20000", "1e15", "FR108", "qty"),
    Planted("absurdly small", "recipe.csv", "glass,vial,1,", "glass,vial,1e-12,", "FR108", "qty"),
    # dates and words
    Planted("day or month first", "needs.csv", "2026-06-30", "06/07/2026", "FR105", "due"),
    Planted("30 February", "needs.csv", "2026-06-30", "2026-02-30", "FR105", "due"),
    Planted("spreadsheet's day number", "needs.csv", "2026-06-30", "46203", "FR105", "due"),
    Planted("year 206", "needs.csv", "2026-06-30", "0206-06-30", "FR108", "due",
            also=("FR401",)),
    Planted("unknown unit", "items.csv", "Empty vial,vial", "Empty vial,vials", "FR111", "unit"),
    Planted("unknown kind", "restrictions.csv", ",lane,", ",line,", "FR106", "kind"),
    Planted("capitals in a word", "needs.csv", "backlog,,", "Backlog,,", "FR106", "late"),
    Planted("grade", "sources.csv", "A1", "A7", "FR106", "grade"),
    Planted("modality", "statements.csv", "ordered;", "commanded;", "FR106", "modality"),
    Planted("need without quantity", "needs.csv", "20000", "", "FR107", "qty"),
    Planted("lane without begin", "lanes.csv", "works_hub,works", "works_hub,", "FR107", "from"),
    Planted("stock nowhere", "stock.csv", "hub,vaccine,1000", ",vaccine,1000", "FR107", "site"),
    Planted("bar in a name", "sites.csv", "abroad,", "abr|oad,", "FR109", "site",
            also=("FR201",)),
    Planted("space after a name", "gates.csv", "trial,", "trial ,", "FR109", "gate",
            also=("FR201", "FR205")),
    # names
    Planted("site that is not there", "lanes.csv", "hub_hilltown,hub", "hub_hilltown,hob", "FR201",
            "from"),
    Planted("letter O for digit 0", "uses.csv", "fill,line", "fill,l1ne", "FR201", "resource"),
    Planted("process unknown", "recipe.csv", "repair,glass", "repare,glass", "FR201", "process"),
    Planted("source unknown", "funds.csv", ",plan", ",plans", "FR201", "source"),
    Planted("ramp unknown", "builds.csv", "slow", "quick", "FR201", "ramp"),
    Planted("item of a lane", "lanes.csv", "hub,vaccine,road", "hub,vacine,road", "FR201", "item"),
    Planted("statement unknown", "provenance.csv", "st1", "st2", "FR201", "statement"),
    Planted("site twice", "sites.csv", "seatown,south", "hilltown,south", "FR110", "site",
            also=("FR201", "FR302")),
    Planted("receipt twice", "stock.csv", "2026-03-02", "2026-01-05", "FR110", "site"),
    Planted("gate named like a process", "gates.csv", "approval,20", "fill,20", "FR202", "gate",
            also=("FR201", "FR605")),
    Planted("family named like an item", "items.csv", "vaccine_b,Vaccine B,dose,vaccines",
            "vaccine_b,Vaccine B,dose,vaccine", "FR202", "family"),
    Planted("need of nothing", "needs.csv", "hill_clinic,vaccine,", "hill_clinic,vacine,", "FR203",
            "item"),
    Planted("target of another kind", "restrictions.csv", "abroad_hub", "abroad", "FR204",
            "target"),
    Planted("series of no lane", "series.csv", "works_hub", "works-hub", "FR205", "key"),
    Planted("series of no column", "series.csv", "capacity", "capasity", "FR205", "column"),
    Planted("range of no table", "uncertainty.csv", "gates,trial", "gate,trial", "FR205", "table"),
    Planted("provenance of no setting", "provenance.csv", ",tail,", ",tale,", "FR205", "column"),
    Planted("provenance of no stock", "provenance.csv", "works|vial", "hub|vial", "FR205", "key"),
    Planted("actual of no need", "actuals.csv", "hill_doses", "hill_dose", "FR205", "key"),
    Planted("series of a lead time", "series.csv", "capacity", "lead_d", "FR206", "column"),
    Planted("range of a name", "uncertainty.csv", "lanes,works_hub,lead_d",
            "lanes,works_hub,mode", "FR206", "column"),
    # physics
    Planted("need that nothing makes", "needs.csv", "hill_clinic,vaccine,", "hill_clinic,vial2,",
            "FR203", "item"),
    Planted("need without a process", "items.csv", "cracked,", "spare,Spare,unit,,1,,,,plan\ncracked,",
            "FR301", "item", None),
    Planted("no way to the clinic", "lanes.csv",
            "hub_seatown,hub,seatown", "hub_seatown,hub,hilltown", "FR302", "item", None),
    Planted("cycle in no time", "lanes.csv", "hub_hilltown,hub,hilltown,*,road,1",
            "back,hilltown,hub,*,road,0,,unit,0,0,,,plan\nhub_hilltown,hub,hilltown,*,road,0",
            "FR304", "lead_d"),
    Planted("cycle of processes", "processes.csv",
            "14,0.95,0.5,2000,0,0.00002,budget,,plan\nrepair,works,vaccine,1,7",
            "0,0.95,0.5,2000,0,0.00002,budget,,plan\nrepair,works,vial,1,0", "FR304", "lead_d", 3),
    Planted("shares below one", "recipe.csv", "fill,glass,vial,1,in,0,1", "fill,glass,vial,1,in,0,0.5",
            "FR306", "share_max"),
    Planted("shares upside down", "recipe.csv", "fill,glass,vial,1,in,0,1",
            "fill,glass,vial,1,in,1,0.5", "FR306", "share_min"),
    Planted("main output is the reject", "recipe.csv", "fill,,cracked", "fill,,vaccine", "FR307",
            "role"),
    Planted("curve goes back", "curves.csv", "slow,28", "slow,10", "FR308", "x"),
    Planted("ramp in percent", "curves.csv", "28,1,", "28,100,", "FR309", "y"),
    Planted("gates in a circle", "links.csv", "trial,approval,FS,2,0,plan",
            "trial,approval,FS,2,0,plan\napproval,trial,FS,0,0,plan", "FR310", "before"),
    Planted("room in a receipt", "stock.csv", "2026-03-02,,", "2026-03-02,9000,", "FR311", "max"),
    Planted("lane to itself", "lanes.csv", "abroad_hub,abroad,hub", "abroad_hub,abroad,abroad",
            "FR314", "to"),
    # dates in order
    Planted("closes before it opens", "sites.csv", "hub,north,State,52.5,13.4,2026-01-05,",
            "hub,north,State,52.5,13.4,2026-01-05,2025-01-05", "FR401", "closes"),
    Planted("until before from", "needs.csv", "2026-05-04", "2026-02-01", "FR401", "until"),
    Planted("due before the start", "needs.csv", "2026-06-30", "2025-06-30", "FR401", "due"),
    Planted("restriction ends first", "restrictions.csv", "2026-05-31", "2026-05-01", "FR401", "to"),
    Planted("money after expiry", "allotments.csv", "2026-04-01", "2027-04-01", "FR401", "date"),
    Planted("receipt in the past", "stock.csv", "2026-03-02", "2025-12-24", "FR402", "date"),
    Planted("money in the past", "allotments.csv", "2026-01-05", "2025-06-01", "FR402", "date"),
    Planted("source from the future", "sources.csv", "2025-12-01,2025-12-10", "2026-06-01,2026-06-10",
            "FR404", "published"),
    Planted("actual from the future", "actuals.csv", "2025-12-31", "2026-01-31", "FR404",
            "reported"),
    Planted("need after the plan", "needs.csv", "2026-02-02,2026-05-04,2026-07-31",
            "2028-02-02,2028-05-04,2028-07-31", "FR407", "from"),
    # ranges
    Planted("P10 above P90", "uncertainty.csv", "20,,60", "70,,60", "FR502", "low"),
    Planted("mode outside", "uncertainty.csv", "0.9,0.95,0.98", "0.9,0.99,0.98", "FR502", "mode"),
    Planted("no low end", "uncertainty.csv", "0.9,0.95,0.98", ",0.95,0.98", "FR504", "low"),
    Planted("yield above one in a range", "uncertainty.csv", "0.9,0.95,0.98", "0.9,0.95,1.2",
            "FR108", "high"),
    Planted("lognormal at zero", "uncertainty.csv", "20,,60", "0,,60", "FR108", "low"),
    Planted("yield above one in a series", "series.csv", "0.97", "9.7", "FR108", "value"),
    # not yet
    Planted("shelf life", "items.csv", "value,size", "shelf_life_d,size", "FR602", "shelf_life_d", 2),
    Planted("build that uses a line", "uses.csv", "fill,line", "second_line,line", "FR605", "user"),
    Planted("link to a process", "links.csv", "trial,approval", "trial,fill", "FR605", "after"),
]  # fmt: skip


def look(folder: Path) -> list[Finding]:
    tables, findings = read(folder)
    return findings + check(tables)


def test_the_whole_scenario_is_clean(tmp_path: Path) -> None:
    assert look(whole.write(tmp_path / "clean")) == []


def test_there_are_many_planted_errors() -> None:
    assert len(ERRORS) >= 60
    assert len({planted.what for planted in ERRORS}) == len(ERRORS)


@pytest.mark.parametrize("planted", ERRORS, ids=lambda planted: planted.what)
def test_planted_error_is_found_in_its_cell(planted: Planted, tmp_path: Path) -> None:
    text = whole.FILES[planted.file]
    assert text.count(planted.old) >= 1
    at = text.index(planted.old)
    folder = whole.write(tmp_path / "scenario", {planted.file: text.replace(planted.old, planted.new, 1)})
    if planted.code == "FR301":
        needs = whole.FILES["needs.csv"].replace("hill_clinic,vaccine,", "hill_clinic,spare,")
        (folder / "needs.csv").write_text(needs)
    findings = look(folder)
    line = text[:at].count("\n") + 1 if planted.line == 0 else planted.line
    wanted = [
        finding
        for finding in findings
        if finding.code == planted.code and finding.column == planted.column and (line is None or finding.row == line)
    ]
    assert wanted, [(f.code, f.file, f.row, f.column) for f in findings]
    assert {f.code for f in findings if f.severity is Severity.ERROR} <= {
        planted.code,
        *planted.also,
    }
    first = wanted[0]
    assert first.severity is Severity.ERROR
    assert first.message
    assert first.found
    if planted.code not in ("FR301", "FR302", "FR304"):
        assert Path(first.file).name == planted.file
