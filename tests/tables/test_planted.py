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


PROCESSES = whole.FILES["processes.csv"]


def learning(fill: str, repair: str) -> str:
    """The processes with columns of learning, and these values for two of them."""
    head, *rows = PROCESSES.splitlines()
    cells = [fill, repair, ",,,"]
    return "\n".join([f"{head},progress,prior,learn,learn_group", *map(",".join, zip(rows, cells, strict=True)), ""])


GATES, LIVES = whole.FILES["gates.csv"], whole.FILES["reliability.csv"]


def targets(trial: str, permit: str) -> str:
    """The gates with targets for the mean time between failures."""
    head, *rows = GATES.splitlines()
    cells = [trial, "", permit]
    return "\n".join([f"{head},mtbf_target", *map(",".join, zip(rows, cells, strict=True)), ""])


ERRORS = [
    # settings
    Planted("no start", "scenario.toml", "start = 2026-01-05\n", "", "FR107", "start", None),
    Planted("start is no date", "scenario.toml", "2026-01-05", '"5 Jan 26"', "FR105", "start"),
    Planted("toml is broken", "scenario.toml", 'name = "Two', "name = Two", "FR012"),
    Planted("unknown setting", "scenario.toml", "period_d", "periodd", "FR013", "periodd"),
    Planted("setting of another kind", "scenario.toml", "= 30", '= "30"', "FR014", "periods"),
    Planted("setting out of range", "scenario.toml", "= 7", "= 0", "FR108", "period_d"),
    Planted("decided too late", "scenario.toml", "periods", "decided = 2027-01-04\nperiods", "FR384", "decided"),
    Planted("unknown word", "scenario.toml", "periods", 'fairness = "leximax"\nperiods', "FR106",
            "fairness"),
    Planted("calendar without days", "scenario.toml", "periods", "calendar = [[4], [3, 28]]\nperiods",
            "FR014", "calendar"),
    Planted("plan of a millennium", "scenario.toml", "= 7\nperiods = 30", "= 70\nperiods = 5200",
            "FR108", "periods", 6, also=("FR332", "FR334")),
    Planted("knows more than its start", "scenario.toml", "as_of = 2026-01-01", "as_of = 2026-02-01",
            "FR402", "as_of"),
    Planted("default fund unknown", "scenario.toml", '"budget"', '"budgets"', "FR201", "fund"),
    # files
    Planted("unknown column", "lanes.csv", "lead_d", "lead_days", "FR007", "lead_days"),
    Planted("column twice", "sites.csv", "region", "owner", "FR008", "owner"),
    Planted("column missing", "needs.csv", "need,recipient,item,qty", "need,whose,item,qty",
            "FR009", "recipient", also=("FR007",)),
    Planted("too few fields", "lanes.csv", "hub_seatown,hub,seatown,*,road,1,,unit,,,0,0,,,plan",
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
    Planted("need without quantity", "needs.csv", "20000", "", "FR380", "qty"),
    Planted("lane without begin", "lanes.csv", "works_hub,works", "works_hub,", "FR107", "from"),
    Planted("stock nowhere", "stock.csv", "hub,vaccine,1000", ",vaccine,1000", "FR107", "site"),
    Planted("bar in a name", "sites.csv", "abroad,", "abr|oad,", "FR109", "site",
            also=("FR201",)),
    Planted("space after a name", "gates.csv", "trial,", "trial ,", "FR109", "gate",
            also=("FR201", "FR205")),
    # names
    Planted("build that uses an office that is not there", "uses.csv", "repair,line", "second_line,office", "FR201",
            "resource"),
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
            "vaccine_b,Vaccine B,dose,vaccine", "FR202", "family", also=("FR341",)),
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
    Planted("need without a process", "items.csv", "cracked,", "spare,Spare,unit,,1,,,,,plan\ncracked,",
            "FR301", "item", None),
    Planted("no way to the clinic", "lanes.csv",
            "hub_seatown,hub,seatown", "hub_seatown,hub,hilltown", "FR302", "item", None),
    Planted("cycle in no time", "lanes.csv", "hub_hilltown,hub,hilltown,*,road,1",
            "back,hilltown,hub,*,road,0,,unit,,,0,0,,,plan\nhub_hilltown,hub,hilltown,*,road,0",
            "FR304", "lead_d", also=("FR342",)),
    Planted("cycle of processes", "processes.csv",
            "14,0.95,0.5,2000,0,0.00002,budget,,,0.01,plan\nrepair,works,vaccine,1,7",
            "0,0.95,0.5,2000,0,0.00002,budget,,,0.01,plan\nrepair,works,vial,1,0", "FR304", "lead_d", 3),
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
    Planted("articles behind their own gate", "gates.csv", "vial,100,works", "vaccine_b,100,works", "FR360",
            "needs_item"),
    Planted("articles nobody makes", "gates.csv", "vial,100,works", "vial,100,seatown", "FR360", "needs_item"),
    Planted("test without a quantity", "gates.csv", "vial,100,works", "vial,,works", "FR361", "needs_qty"),
    Planted("test without a site", "gates.csv", "vial,100,works", "vial,100,", "FR361", "needs_site"),
    Planted("quantity of nothing", "gates.csv", "vial,100,works", ",100,", "FR361", "needs_item"),
    Planted("at the risk of another gate", "builds.csv", "permit,permit,0.5", "permit,approval,0.5", "FR363",
            "risk_gate"),
    Planted("at the risk of no gate", "builds.csv", "permit,permit,0.5", ",permit,0.5", "FR363", "risk_gate"),
    Planted("at the risk of a test", "builds.csv", "permit,permit,0.5", "approval,approval,0.5", "FR365", "risk_gate"),
    Planted("nothing at risk", "builds.csv", "permit,permit,0.5", "permit,,0.5", "FR364", "redo"),
    Planted("redoing at a test", "links.csv", "overlap,source\ntrial,approval,FS,2,0,plan",
            "overlap,redo,source\ntrial,approval,SS,2,0,0.5,plan", "FR375", "redo", 2),
    Planted("nothing to redo", "links.csv", "overlap,source\ntrial,approval,FS,2,0,plan",
            "overlap,redo,source\npermit,approval,FS,2,0,0.5,plan", "FR376", "redo", 2),
    Planted("room in a receipt", "stock.csv", "2026-03-02,,", "2026-03-02,9000,", "FR311", "max"),
    Planted("lane to itself", "lanes.csv", "abroad_hub,abroad,hub", "abroad_hub,abroad,abroad",
            "FR314", "to"),
    # units in use
    Planted("ageing", "reliability.csv", LIVES, LIVES.replace("source", "shape,source").replace(",guess", ",50,guess"),
            "FR108", "shape", 2),
    Planted("repair nowhere", "reliability.csv", "0.5,cracked", "0.5,vial", "FR370", "failed"),
    Planted("conditions misspelt", "recipients.csv", "2,1.5,coast", "2,1.5,coats", "FR371", "environment"),
    Planted("used up and in use", "needs.csv", "2026-06-30,backlog", "2026-06-30,lost", "FR373", "late"),
    # quality
    Planted("mended doses of another quality", "processes.csv", "0.01,guess", "0.02,guess", "FR346", "escape"),
    Planted("an escape and a plan", "plans.csv", "fill_b,5000", "fill,5000", "FR347", "process"),
    Planted("a mode of its own item", "processes.csv", "0.00001,,,,0.01,guess", "0.00001,,,fill,0.01,guess", "FR348",
            "item"),
    Planted("quality of a family that is not there", "quality.csv", "vaccines", "vacines", "FR341", "family"),
    Planted("sampling plan without a sample", "plans.csv", "5000,80", "5000,", "FR107", "n"),
    Planted("more defects than units", "plans.csv", "2,0.01", "2,1.01", "FR108", "defect"),
    # goods that do not keep
    Planted("vaccine sent round", "lanes.csv", "hub_hilltown,hub",
            "hub_works,hub,works,vaccine,road,2,,unit,,,0,0,,,plan\nhub_hilltown,hub", "FR342", "item", None),
    Planted("shelf life of nothing", "items.csv", "0.03,180,", "0.03,0,", "FR108", "shelf_life_d"),
    # families
    Planted("least share above the largest", "mix.csv", ",*,,0.25,", ",*,,0.25,0.2", "FR340", "share_min"),
    Planted("least shares above one", "mix.csv", "*,,0.25,,plan", "*,,0.25,,plan\nvaccines,vaccine_b,*,,0.8,,plan",
            "FR340", "share_min"),
    Planted("largest shares below one", "mix.csv", "sea_clinic,2026-03-02,,0.6,plan",
            "sea_clinic,2026-03-02,,0.6,plan\nvaccines,vaccine,sea_clinic,2026-03-02,,0.3,plan", "FR340", "share_max"),
    Planted("mix of an item of no family", "mix.csv", "vaccines,vaccine_b", "vaccines,vial", "FR341", "item"),
    Planted("mix of a family that is not there", "mix.csv", "vaccines,vaccine_b", "vacines,vaccine_b", "FR341",
            "family"),
    # people
    Planted("overtime at its worst first", "resources.csv", "pool,fund,source\nline,works,h,100,crew,,plan",
            "pool,fund,ot_max,ot_eff,source\nline,works,h,100,crew,,0.2,1.5,plan", "FR108", "ot_eff", 2),
    Planted("hires without hours", "pools.csv", "hours,quit,wage,fund,source\ncrew,40,7,0.1",
            "hours,hire_max,wage,fund,source\ncrew,40,0,3", "FR320", "hours", 2, also=("FR302",)),
    Planted("nobody to teach", "pools.csv", "heads,hours,quit,wage,fund,source\ncrew,40,7,0.1,0.00003",
            "heads,hours,hire_max,trainer_h,fund,source\ncrew,0,7,3,2", "FR321", "trainer_h", 2, also=("FR302",)),
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
    Planted("no odds of a bernoulli value", "uncertainty.csv", "pert,0.9,0.95,0.98", "bernoulli,,,", "FR504", "mode"),
    Planted("odds above one", "uncertainty.csv", "pert,0.9,0.95,0.98", "bernoulli,0.5,1.2,0.98", "FR108", "mode"),
    Planted("a class that is a value", "uncertainty.csv", "pert,0.9,0.95,0.98", "class,,,", "FR504", "as"),
    Planted("history from the future", "history.csv", "2024-03-08", "2026-03-08", "FR404", "known_on"),
    Planted("a correlation above one", "uncertainty.csv", "once,quality,0.2", "once,quality,1.2", "FR108", "rho"),
    # learning
    Planted("progress above one", "processes.csv", PROCESSES, learning("1.1,9,,", ",,,"), "FR108", "progress", 2),
    Planted("learning to the end", "processes.csv", PROCESSES, learning("0.9,9,exact,", ",,,"), "FR350", "learn", 2),
    Planted("a group with two curves", "processes.csv", PROCESSES, learning("0.9,9,,a", "0.8,9,,a"), "FR351",
            "progress", 3),
    Planted("a group with two priors", "processes.csv", PROCESSES, learning("0.9,9,,a", "0.9,7,,a"), "FR351",
            "prior", 3),
    # growth
    Planted("a target without failures", "gates.csv", GATES, targets("", "40"), "FR355", "mtbf_target", 4),
    Planted("growth of a test", "gates.csv", GATES, targets("40", ""), "FR366", "mtbf_target", 2,
            also=("FR355",)),
    # wishes
    Planted("floor above the use", "rivals.csv", "20,0.5", "20,1.5", "FR108", "protected"),
    Planted("rival of no line", "rivals.csv", "resource,line", "resource,lines", "FR204", "target"),
    Planted("rival of no fund", "rivals.csv", "fund,budget", "fund,budgte", "FR204", "target"),
    Planted("rival of no lane", "rivals.csv", "lane,works_hub", "lane,works-hub", "FR204", "target"),
    Planted("rival of goods nowhere", "rivals.csv", "vial@works", "vial@hob", "FR204", "target"),
    Planted("rival of goods without a site", "rivals.csv", "vial@works", "vial", "FR204", "target"),
    Planted("rival without a quantity", "rivals.csv", "line,20", "line,", "FR107", "qty"),
    Planted("rival that leaves before it comes", "rivals.csv", "2026-07-01", "2026-01-07", "FR401", "to"),
    Planted("weight of nothing", "rivals.csv", ",,2,health", ",,0,health", "FR108", "weight"),
    Planted("no room for the safety stock", "stock.csv", "1000000,5000", "1000000,5000000", "FR330", "safety"),
    Planted("safety stock of a receipt", "stock.csv", "2026-03-02,,,", "2026-03-02,,400,", "FR331", "safety"),
    Planted("freeze inside a period", "scenario.toml", "2026-01-19", "2026-01-18", "FR332", "freeze_until"),
    Planted("freeze before the start", "scenario.toml", "2026-01-19", "2025-12-29", "FR332", "freeze_until"),
    Planted("freeze after the end", "scenario.toml", "2026-01-19", "2029-01-01", "FR332", "freeze_until"),
    Planted("order in half a period", "previous.csv", "0,7", "0,3.5", "FR334", "from_d"),
    Planted("order of no process", "previous.csv", "make,fill", "make,fil", "FR204", "key"),
    Planted("shipment of nothing", "previous.csv", "works_hub,vaccine", "works_hub,", "FR335", "item"),
    Planted("build of an item", "previous.csv", "second_line,,", "second_line,vial,", "FR335", "item"),
    # economy
    Planted("a sector that is not there", "io_map.csv", "fill,goods", "fill,gods", "FR856", "sector"),
    Planted("a region without jobs", "io_map.csv", "goods,north", "goods,noth", "FR857", "region"),
    Planted("a region with no job at all", "io_jobs.csv", "goods,north", "goods,west,0,guess\ngoods,north", "FR857",
            "region"),
    Planted("a process paid one and a quarter times", "io_map.csv", "fill,services,,0.25", "fill,services,,0.5",
            "FR855", "share"),
    Planted("a process of no table", "io_map.csv", "process,fill,goods", "process,fil,goods", "FR204", "key"),
    Planted("table without its year", "scenario.toml", "io_year = 2023\n", "", "FR851", "io_year", None),
    Planted("unit that is none", "scenario.toml", "million EUR", "mio. EUR", "FR851", "io_unit"),
    Planted("table in another currency", "scenario.toml", "million EUR", "million USD", "FR852", "io_unit"),
    Planted("a sector by two names", "io_sectors.csv", "services,Services",
            "Goods,Goods,0,0,,,guess\nservices,Services", "FR854", "sector"),
    Planted("a use of no sector", "io.csv", "services,goods,200", "service,goods,200", "FR201", "from"),
    Planted("a use twice", "io.csv", "services,goods,200", "goods,goods,200", "FR110", "from",
            also=("FR863", "FR864")),
    Planted("negative use", "io.csv", "services,services,100", "services,services,-5", "FR860", "value",
            also=("FR863", "FR864")),
    Planted("more output than is sold", "io_sectors.csv", "1000,600", "1100,700", "FR863", "output",
            also=("FR865", "FR868")),
    Planted("a value added too small", "io_sectors.csv", "1000,600", "1000,500", "FR864", "value_added",
            also=("FR865",)),
    Planted("thousands for millions", "scenario.toml", "io_total = 2000", "io_total = 2", "FR865", "io_total"),
    Planted("more jobs in regions than in all", "io_sectors.csv", "600,10000", "600,8000", "FR858", "jobs"),
    Planted("a region without a number", "io_jobs.csv", "goods,north,4000", "goods,north,", "FR866", "jobs"),
    Planted("one number for all sectors", "io_jobs.csv", "goods,north,4000", "*,north,4000", "FR866", "jobs"),
    Planted("less capacity than output", "io_sectors.csv", "1400,30000,,", "1400,30000,1900,", "FR868", "capacity"),
    Planted("origins of two thirds", "io_origins.csv", "0.7", "0.37", "FR859", "share", None),
    Planted("imports above the whole", "io_map.csv", "1,0.5", "1,1.5", "FR108", "imported"),
    # not yet
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


@pytest.mark.parametrize(
    ("old", "new", "column", "row"),
    [
        ("lognormal,20,,60", "lognormal,20,30,60", "mode", 3),
        ("20,,60,p10p90", "20,,60,minmax", "q", 3),
        ("each,,", "each,roads,", "group", 4),
        ("each,,", "each,,0.5", "rho", 4),
        ("once,quality,0.2", "once,,0.2", "rho", 2),
    ],
)
def test_what_a_range_does_not_read_is_said(old: str, new: str, column: str, row: int, tmp_path: Path) -> None:
    text = whole.FILES["uncertainty.csv"]
    assert old in text
    found = look(whole.write(tmp_path / "s", {"uncertainty.csv": text.replace(old, new)}))
    assert [(f.code, f.column, f.row, f.severity) for f in found] == [("FR505", column, row, Severity.WARNING)]


def test_samples_that_cannot_be_cut_into_replicates(tmp_path: Path) -> None:
    toml = whole.FILES["scenario.toml"] + "samples = 4\nreplicates = 8\n"
    found = look(whole.write(tmp_path / "s", {"scenario.toml": toml}))
    assert [(f.code, f.column) for f in found] == [("FR108", "samples")]


@pytest.mark.parametrize(("odds", "column"), [("", "rate"), ("rate,prob", "prob")])
def test_a_risk_has_one_kind_of_odds(odds: str, column: str, tmp_path: Path) -> None:
    given = {"": ("", ""), "rate,prob": (",rate,prob", ",2,0.1")}[odds]
    text = f"risk,kind,target,duration_d,source{given[0]}\nstrike,lane,works_hub,10,plan{given[1]}\n"
    found = look(whole.write(tmp_path / "s", {"risks.csv": text}))
    assert [(f.code, f.column, f.row) for f in found] == [("FR506", column, 2)]


GROWING = "gate,hours,source\npermit,{},plan\npermit,{},plan\npermit,{},plan\n"


@pytest.mark.parametrize(
    ("hours", "target", "wanted"),
    [
        ((10, 40, 300), 150, set()),
        ((10, 300, 40), 150, {("FR357", "failures", 4)}),
        ((200, 250, 300), 150, {("FR356", "gates", 4)}),
        ((10, 40, 300), "", {("FR358", "failures", 2)}),
        ((0, 40, 300), 150, {("FR108", "failures", 2), ("FR355", "gates", 4)}),
    ],
)
def test_planted_failures(
    hours: tuple[int, int, int], target: object, wanted: set[tuple[str, str, int]], tmp_path: Path
) -> None:
    """Failures of a test, and the target of its gate."""
    files = {"failures.csv": GROWING.format(*hours), "gates.csv": targets("", str(target))}
    assert {(f.code, f.table, f.row) for f in look(whole.write(tmp_path / "s", files))} == wanted
