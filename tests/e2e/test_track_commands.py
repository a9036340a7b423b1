"""The command `track`, and pages of records, as a person meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from e2e.commandline import ROOT, answer, fullrate

WEEK = ROOT / "tests" / "diagnostics" / "track" / "week.csv"


def test_a_plan_is_tracked_again_and_the_first_forecast_is_scored(planned: Path) -> None:
    first = answer(planned, "track", "latest", "--actuals", str(WEEK), "--as-of", "2026-02-10", "--causes", "0")
    assert first["schema"] == "fullrate.track/1"
    assert not any(name.startswith("again_") for name in first)
    second = answer(planned, "track", "latest", "--actuals", str(WEEK), "--causes", "1")
    assert second["meta"]["since"] == first["run"]
    assert {one["run"] for one in second["forecasts"]} == {"", first["run"]}
    moved = sum(one["days"] for one in second["causes"])
    whole = next(one for one in second["dates"] if one["coverage"] == 1.0)
    assert moved == whole["moved_d"]
    wrong = planned / "wrong.csv"
    wrong.write_text(
        "measure,key,date,value\nmade,cats,2026-02-09,20\nmade,cast,2026-02-02,30\nmade,cast,2026-02-09,20\n"
    )
    refused = fullrate(planned, "track", "latest", "--actuals", str(wrong))
    assert refused.returncode == 1
    assert set(re.findall(r"FR\d{3}", refused.stderr)) >= {"FR205", "FR802"}


def test_a_page_of_a_record_says_the_odds_first(tmp_path: Path) -> None:
    found = json.loads(fullrate(tmp_path, "outlook", "covax-2021", "--as-of", "2021-07-01", "--json").stdout)
    done = fullrate(tmp_path, "report", found["run"], "-o", "page.html")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "page.html").read_text("utf-8")
    quoted = re.sub(r"<[^>]+>", "", text.split("<blockquote>")[1].split("</blockquote>")[0]).replace("&nbsp;", " ")
    assert quoted.strip() == found["answer"][1]
    behind = found["answer"][-1].split(" of the class")[0]  # so many promises of other programmes
    assert re.fullmatch(r"Class: n = \d+ promises of other programmes", behind)
    assert behind in text
    assert "<script" not in text
    assert "`" not in text.split("<body>")[1]
