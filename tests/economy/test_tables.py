"""Tables of an economy: the shipped one is what its sources say, and a folder of its own is checked like a scenario."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from economy import bea, scene
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.findings import errors
from fullrate.tables import read
from fullrate.tables.check import check

SHARED = pytest.mark.skipif(not bea.BEA.is_dir(), reason="the published tables are not beside this checkout")


def test_the_shipped_table_is_clean_and_small() -> None:
    tables, findings = read(bea.SHIPPED)
    assert tables.economy_only
    assert findings + check(tables) == []
    assert sum(file.stat().st_size for file in bea.SHIPPED.iterdir()) < 300_000


def test_the_page_of_unknown_sectors_lists_all() -> None:
    page = " ".join((bea.ROOT / "tests" / "diagnostics" / "FR882.md").read_text("utf-8").split())
    for name, called in read(bea.SHIPPED)[0].frames["io_sectors"].select("sector", "name").iter_rows():
        assert f"`{name}` {called}".casefold() in page.casefold()


def test_value_added_is_the_published_gross_domestic_product() -> None:
    """BEA, 2017: 19,612.1 billion of value added, 34,468.1 billion of gross output."""
    sectors = read(bea.SHIPPED)[0].frames["io_sectors"]
    assert sectors["value_added"].sum() == pytest.approx(19_612_105, abs=72)
    assert sectors["output"].sum() == pytest.approx(34_468_130, abs=72)


def test_final_uses_less_imports_are_the_gross_domestic_product() -> None:
    """The other side of the accounts: what is bought in the end, less what came from abroad; rounded cells."""
    frames = read(bea.SHIPPED)[0].frames
    final, uses = frames["io_final"], frames["io"]
    assert final["value"].sum() - uses["imported"].sum() == pytest.approx(19_612_105, rel=1e-4)


@SHARED
@pytest.mark.parametrize(("year", "known"), [(2017, 19_612_105), (2022, 26_006_889), (2023, 27_720_707)])
def test_the_gross_domestic_product_of_every_year_two_ways(year: int, known: float) -> None:
    rows, columns, use = bea.matrix(f"use_{year}")
    added = use[rows.index("Total Value Added"), :71].sum()
    final = use[:73, 72:92].sum()
    assert columns[71] == "Total Intermediate"
    assert added == pytest.approx(known, rel=1e-6)
    assert final == pytest.approx(known, rel=1e-6)


@SHARED
def test_the_shipped_table_is_what_its_sources_give() -> None:
    for name, frame in bea.derived().items():
        assert frame.write_csv() == (bea.SHIPPED / f"{name}.csv").read_text("utf-8"), name


@SHARED
def test_detailed_sectors_go_to_the_right_summary() -> None:
    known = set(bea.names())
    wanted = {"336411": "3364OT", "336120": "3361MV", "339113": "339", "541100": "5411", "541300": "5412OP"}
    wanted |= {"48A000": "487OS", "484000": "484", "531ORE": "ORE", "491000": "GFE", "424200": "42", "1111A0": "111CA"}
    assert {code: bea.summary(code, known) for code in wanted} == wanted


def test_a_folder_of_an_economy_is_checked_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(bea.SHIPPED, "mine")
    assert run(cli, ["check", "mine"]) == 0
    assert "72 sectors of 2017" in capsys.readouterr().out
    sectors = Path("mine/io_sectors.csv")
    sectors.write_text(sectors.read_text().replace("4A0,Other", "4AO,Other"))
    assert run(cli, ["check", "mine"]) == 1
    said = capsys.readouterr().out
    assert "FR201" in said
    assert "did you mean `4AO`? (digit 0, letter O)" in said
    assert said.endswith("No answer about an economy can rest on it.\n")


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_wrong_unit_is_seen_in_the_total(factor: float, tmp_path: Path) -> None:
    shutil.copytree(bea.SHIPPED, tmp_path / "mine")
    for name, columns in {"io_sectors": ("output", "value_added"), "io": ("value", "imported"),
                          "io_final": ("value", "imported")}.items():  # fmt: skip
        file = tmp_path / "mine" / f"{name}.csv"
        frame = pl.read_csv(file, infer_schema_length=None, schema_overrides={"sector": pl.String})
        frame.with_columns(pl.col(*columns).cast(pl.Float64) * factor).write_csv(file)
    tables, findings = read(tmp_path / "mine")
    assert {one.code for one in errors(findings + check(tables))} == {"FR865"}


def test_an_exchange_of_rows_and_columns_is_seen(tmp_path: Path) -> None:
    shutil.copytree(bea.SHIPPED, tmp_path / "mine")
    file = tmp_path / "mine" / "io.csv"
    head, rest = file.read_text().split("\n", 1)
    file.write_text(head.replace("from,to", "to,from") + "\n" + rest)
    tables, findings = read(tmp_path / "mine")
    found = [one.code for one in errors(findings + check(tables))]
    assert len(found) > 50
    assert set(found) <= {"FR850", "FR862", "FR863", "FR864"}


def test_the_share_of_imports_is_that_of_the_country() -> None:
    """The import matrix of 2017 holds 2,688 billion, 14 % of the gross domestic product."""
    frames = read(bea.SHIPPED)[0].frames
    imports = frames["io"]["imported"].sum() + frames["io_final"]["imported"].sum()
    assert 0.12 < imports / 19_612_105 < 0.16
    assert np.allclose(frames["io_origins"].group_by("sector").agg(pl.col("share").sum())["share"], 1, atol=1e-3)


class TestNoOutputWithoutEnd:
    """What has no Leontief inverse is refused by the checks, so that no answer is computed from it."""

    def codes(self, folder: Path, **more: str) -> set[str]:
        files = {name: text + more.get(name.removesuffix(".csv"), "") for name, text in scene.ECONOMY.items()}
        tables, findings = read(scene.write(folder, files))
        return {one.code for one in errors(findings + check(tables))}

    def test_a_circle_of_sectors_that_add_nothing(self, tmp_path: Path) -> None:
        sectors, uses = "a1,A,9,0,,,s1\nb2,B,9,0,,,s1\n", "a1,b2,9,,s1\nb2,a1,9,,s1\n"
        assert self.codes(tmp_path / "circle", io_sectors=sectors, io=uses) == {"FR867"}
        open_ = uses.replace("b2,a1,9,,", "b2,a1,8,1,")
        assert "FR867" not in self.codes(tmp_path / "imports", io_sectors=sectors, io=open_)

    def test_a_sector_that_adds_nothing_but_buys_from_one_that_does(self, tmp_path: Path) -> None:
        one = {"io_sectors": "a1,A,9,0,,,s1\n", "io": "services,a1,9,,s1\n", "io_final": "a1,households,9,,s1\n"}
        assert "FR867" not in self.codes(tmp_path / "open", **one)

    @pytest.mark.parametrize("bought", [0.003, 0.0010001])
    def test_a_small_sector_that_buys_more_than_its_output(self, bought: float, tmp_path: Path) -> None:
        """Three orders of magnitude below what rounding of the whole table could be."""
        one = {"io_sectors": "tiny,Tiny,0.001,0,,,s1\n", "io": f"goods,tiny,{bought},,s1\n"}
        one |= {"io_final": "tiny,households,0.001,,s1\n"}
        assert self.codes(tmp_path / "tiny", **one) == {"FR862"}


def test_the_size_of_a_table_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {**scene.ECONOMY, "scenario.toml": scene.ECONOMY["scenario.toml"].replace("io_total = 2000\n", "")}
    assert run(cli, ["check", str(scene.write(tmp_path / "unknown", files))]) == 0
    assert "2 billion EUR (not compared with anything: io_total is not set)" in capsys.readouterr().out
    assert run(cli, ["check", str(scene.write(tmp_path / "known", scene.ECONOMY))]) == 0
    assert "2 billion EUR (within 2 % of io_total)" in capsys.readouterr().out
