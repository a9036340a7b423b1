"""The Data Package of a scenario, read by a small reader that knows only the standard, and `fullrate export`."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.findings import errors
from fullrate.tables import read
from fullrate.tables.schema import datapackage
from tables import whole

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GOLDEN = EXAMPLES / "golden"
Captured = pytest.CaptureFixture[str]
Rows = list[dict[str, str]]


def described(folder: Path, descriptor: Path | None = None) -> dict[str, Any]:
    tables, findings = read(folder)
    assert not errors(findings)
    package: dict[str, Any] = json.loads(json.dumps(datapackage(tables, descriptor or folder / "datapackage.json")))
    return package


def faults(package: dict[str, Any], base: Path) -> Iterator[str]:
    """What a reader of the standard finds wrong with the files of a package."""
    tables = {each["name"]: each for each in package["resources"] if each.get("type") == "table"}
    rows = {name: _rows(each, base) for name, each in tables.items()}
    for name, resource in tables.items():
        schema = resource["schema"]
        for row in rows[name]:
            for field in schema["fields"]:
                if not _holds(row[field["name"]], field):
                    yield f"{name}.{field['name']}: {row[field['name']]!r}"
        key = [tuple(row[part] for part in schema["primaryKey"]) for row in rows[name] if "primaryKey" in schema]
        if len(set(key)) < len(key) or any("" in each for each in key):
            yield f"{name}: key"
        for link in schema.get("foreignKeys", ()):
            (column,), other = link["fields"], link["reference"]
            there = {row[other["fields"][0]] for row in rows[other.get("resource", name)]}
            yield from (
                f"{name}.{column}: {row[column]} is nowhere" for row in rows[name] if row[column] not in {"", *there}
            )


def _rows(resource: dict[str, Any], base: Path) -> Rows:
    """Rows of a table; its header must be the fields, in their order."""
    encoding = resource["encoding"].replace("utf-8", "utf-8-sig")
    with (base / resource["path"]).open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file, delimiter=resource.get("dialect", {}).get("delimiter", ","))
        rows = list(reader)
    assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
    return rows


def _holds(text: str, field: dict[str, Any]) -> bool:
    limits = field.get("constraints", {})
    if not text:
        return not limits.get("required")
    if field["type"] == "boolean":
        return text in field["trueValues"] + field["falseValues"]
    try:
        if field["type"] == "date":
            return bool(date.fromisoformat(text))
        if field["type"] in ("number", "integer"):
            value = float(text.replace(field.get("decimalChar", "."), "."))
            schema = {name: limit for name, limit in limits.items() if name != "required"}
            return jsonschema.Draft202012Validator(schema).is_valid(value)
    except ValueError:
        return False
    return text in limits.get("enum", [text])


@pytest.mark.parametrize("folder", [*(each for each in EXAMPLES.iterdir() if each.is_dir()), None], ids=str)
def test_files_are_as_their_package_says(folder: Path | None, tmp_path: Path) -> None:
    folder = folder or whole.write(tmp_path / "whole")
    package = described(folder)
    named = {resource["path"] for resource in package["resources"]}
    assert named == {"scenario.toml", *(file.name for file in folder.glob("*.csv"))}
    assert not list(faults(package, folder))


def test_a_package_knows_keys_links_words_and_limits(tmp_path: Path) -> None:
    tables = {each["name"]: each.get("schema") for each in described(whole.write(tmp_path / "whole"))["resources"]}
    assert tables["lanes"]["primaryKey"] == ["lane"]
    assert tables["uses"]["primaryKey"] == ["user", "resource"]
    assert "primaryKey" not in tables["recipe"], "a slot is blank there, which is no key in a Data Package"
    assert "primaryKey" not in tables["curves"], "points of a curve share its name"
    links = {(link["fields"][0], link["reference"].get("resource")) for link in tables["processes"]["foreignKeys"]}
    others = {("site", "sites"), ("item", "items"), ("fund", "funds"), ("gate", "gates"), ("source", "sources")}
    assert links == {*others, ("mode_of", None)}, "a mode is of a process of the same table"
    fields = {field["name"]: field for field in tables["processes"]["fields"]}
    assert fields["yield"]["constraints"] == {"exclusiveMinimum": 0, "maximum": 1}
    assert fields["max_rate"]["description"].endswith("Unit: start/d.")
    cap = next(field for field in tables["lanes"]["fields"] if field["name"] == "cap_unit")
    assert cap["constraints"]["enum"] == ["unit", "kg", "m3"]


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("processes.csv", "fill,works", "fill,w0rks", "processes.site: w0rks is nowhere"),
        ("processes.csv", "0.95", "1.95", "processes.yield: '1.95'"),
        ("processes.csv", "2000", "many", "processes.max_rate: 'many'"),
        ("processes.csv", "repair,works", "fill,works", "processes: key"),
        ("funds.csv", "true", "yes", "funds.carry: 'yes'"),
        ("funds.csv", "2026-12-31", "31.12.2026", "funds.expires: '31.12.2026'"),
        ("links.csv", ",FS,", ",XX,", "links.kind: 'XX'"),
    ],
)
def test_a_file_that_is_spoilt_later_is_found(file: str, old: str, new: str, found: str, tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "whole")
    package = described(folder)
    whole.write(folder, {file: whole.FILES[file].replace(old, new, 1)})
    assert found in list(faults(package, folder))


def test_files_of_other_programs_are_described_as_they_are(tmp_path: Path) -> None:
    """Semicolons, decimal commas, Windows-1252, a byte-order mark, UTF-16 with tabs, columns in another order."""
    folder = whole.write(tmp_path / "Two Clinics (new)")
    text = whole.FILES["processes.csv"].replace(",", ";").replace(".", ",")
    (folder / "processes.csv").write_bytes(text.encode("utf-8-sig"))
    (folder / "items.csv").write_bytes(
        whole.FILES["items.csv"].replace("Vaccine A", "Impfstoff für A").encode("cp1252")
    )
    (folder / "lanes.csv").write_bytes(whole.FILES["lanes.csv"].replace(",", "\t").encode("utf-16"))
    (folder / "funds.csv").write_text("source,expires,carry,fund\nplan,2026-12-31,TRUE,budget\n", encoding="utf-8")
    package = described(folder)
    resources = {each["name"]: each for each in package["resources"]}
    assert package["name"] == "two-clinics-new"
    assert resources["processes"]["dialect"] == {"delimiter": ";"}
    assert (resources["items"]["encoding"], resources["lanes"]["encoding"]) == ("windows-1252", "utf-16")
    assert not list(faults(package, folder))


def test_paths_lead_from_the_descriptor_to_the_files(tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "here" / "whole")
    above = described(folder, tmp_path / "datapackage.json")
    assert above["resources"][0]["path"] == "here/whole/scenario.toml"
    assert not list(faults(above, tmp_path))
    with pytest.raises(ValueError, match="elsewhere"):
        described(folder, tmp_path / "there" / "datapackage.json")


class TestExport:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        return whole.write(tmp_path / "mine")

    def test_a_package(self, folder: Path, capsys: Captured) -> None:
        assert run(cli, ["export", "mine", "mine/datapackage.json"]) == 0
        assert capsys.readouterr().err == f"scenario Two clinics in {Path('mine/datapackage.json')}\n"
        assert json.loads((folder / "datapackage.json").read_text("utf-8")) == described(folder)
        assert run(cli, ["check", "mine"]) == 0, "it does not disturb the scenario"

    @pytest.mark.parametrize("name", ["schema.json", "mine.schema.json"])
    def test_a_schema(self, name: str, folder: Path) -> None:
        assert run(cli, ["export", "mine", name]) == 0
        jsonschema.Draft202012Validator.check_schema(json.loads(Path(name).read_text("utf-8")))

    @pytest.mark.parametrize("name", ["mine.json", "datapackage.yaml", "packages/datapackage.json", "no/schema.json"])
    def test_a_name_that_will_not_do_is_usage(self, name: str, folder: Path, capsys: Captured) -> None:
        Path("packages").mkdir()
        assert run(cli, ["export", "mine", name]) == 2
        assert "Invalid value for FILE" in capsys.readouterr().err
        assert os.listdir("packages") == []

    @pytest.mark.parametrize("name", ["datapackage.json", "schema.json"])
    def test_only_scenarios_are_described(self, name: str, capsys: Captured) -> None:
        assert run(cli, ["export", "latest", name]) == 2
        assert "only a folder with a scenario.toml" in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["mine/datapackage.json", "schema.json", "mine.xlsx"])
    def test_what_cannot_be_read_is_refused_and_leaves_what_was(
        self, name: str, folder: Path, capsys: Captured
    ) -> None:
        Path(name).write_text("old", encoding="utf-8")
        (folder / "lanes.csv").write_text("lane,from\n", encoding="utf-8")
        before = set(folder.parent.rglob("*"))
        assert run(cli, ["export", "mine", name]) == 1
        assert "FR009" in capsys.readouterr().err
        assert Path(name).read_text("utf-8") == "old"
        assert set(folder.parent.rglob("*")) == before

    @pytest.mark.skipif(os.name == "nt", reason="modes of files are not used there")
    @pytest.mark.parametrize("name", ["mine/datapackage.json", "mine.xlsx"])
    def test_others_may_read_it_as_any_new_file(self, name: str, folder: Path) -> None:
        Path("any").touch()
        assert run(cli, ["export", "mine", name]) == 0
        assert Path(name).stat().st_mode == Path("any").stat().st_mode
