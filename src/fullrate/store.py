"""Runs: one immutable folder per computation, written whole or not at all.

A run is built in ``runs/.tmp-*``, its manifest last, and then renamed; killed at any moment, a command leaves a whole
run or none. The inputs are kept as the user wrote them, so a run can be recomputed when the scenario has moved on.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from fullrate import __version__
from fullrate.findings import Finding, Refused, Severity, as_object, errors
from fullrate.planning import coarse
from fullrate.results import Plan, Study
from fullrate.tables import SCENARIO, Tables, read
from fullrate.tables.spec import TABLES

SCHEMA = "fullrate.run/1"
MANIFEST = "manifest.json"
INPUTS = "inputs"
BESIDE = ("README.md", "outcome")
"""What a scenario folder may hold beside its tables and a run keeps for its report."""


@dataclass(frozen=True)
class Run:
    """A finished run on disk."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        """UTC time of the run and six digits of the hash of its inputs."""
        return self.folder.name

    @cached_property
    def _tables(self) -> Tables:
        tables, findings = read(self.folder / INPUTS, self.manifest["changes"])
        if errors(findings):
            raise Refused(findings)
        return coarse(tables) if self.manifest["meta"]["preview"] else tables

    def tables(self) -> Tables:
        """The inputs of the run as they were, on the calendar of the run.

        Raises:
            Refused: they cannot be read any more.
        """
        return self._tables

    @cached_property
    def _plan(self) -> Plan:
        manifest = self.manifest
        frames = {name: pl.read_parquet(self.folder / f"{name}.parquet") for name in manifest["tables"]}
        start, edges = date.fromisoformat(manifest["start"]), np.array(manifest["edges"], float)
        return Plan(manifest["status"], start, edges, frames, manifest["meta"])

    def plan(self) -> Plan:
        """The plan of the run."""
        return self._plan

    def study(self) -> Study:
        """The study of the run."""
        frames = {name: pl.read_parquet(self.folder / f"{name}.parquet") for name in self.manifest["tables"]}
        return Study(self.manifest["kind"], frames, self.manifest["meta"])

    def findings(self) -> list[dict[str, Any]]:
        """What the checker said of the inputs, as plain objects."""
        found: list[dict[str, Any]] = json.loads((self.folder / "findings.json").read_text("utf-8"))
        return found

    def damaged(self) -> list[str]:
        """Files that are missing or not what was written."""
        wanted = self.manifest["files"].items()
        return [name for name, digest in wanted if not _is(self.folder / name, digest)]


def save(
    tables: Tables,
    plan: Plan,
    findings: Sequence[Finding],
    runs_dir: Path,
    command: Sequence[str] = (),
    parent: str | None = None,
) -> Run:
    """Write a plan as a run below ``runs_dir``, ``parent`` being the run it was planned after, and return it.

    Raises:
        OSError: the folder cannot be written.
    """
    with _workplace(runs_dir) as work:
        inputs = _snapshot(tables, work / INPUTS)
        for name, frame in plan.tables.items():
            frame.write_parquet(work / f"{name}.parquet")
        _write(work / "findings.json", json.dumps([as_object(one) for one in findings], ensure_ascii=False, indent=1))
        now = datetime.now(UTC).replace(microsecond=0)
        manifest = _manifest(tables, plan, inputs, now, runs_dir, command)
        return _finish(work, runs_dir, now, {**manifest, "parent": parent})


def save_study(parent: Run, study: Study, runs_dir: Path, command: Sequence[str] = ()) -> Run:
    """Write the answer to a question asked of the plan ``parent`` as a run of its own and return it.

    Raises:
        OSError: the folder cannot be written.
    """
    with _workplace(runs_dir) as work:
        for name, frame in study.tables.items():
            frame.write_parquet(work / f"{name}.parquet")
        now = datetime.now(UTC).replace(microsecond=0)
        kept = ("schema", "scenario", "folder", "inputs", "changes", "seed", "start", "edges")
        manifest = {key: parent.manifest[key] for key in kept}
        manifest |= {"kind": study.kind, "parent": parent.id, "created": now.isoformat(), "command": list(command)}
        manifest |= {"same_inputs_as": None, "versions": versions(), "status": "solved"}
        manifest |= {"tables": list(study.tables), "meta": dict(study.meta)}
        return _finish(work, runs_dir, now, manifest)


def save_record(
    study: Study, name: str, inputs: Mapping[str, bytes], runs_dir: Path, command: Sequence[str] = ()
) -> Run:
    """Write a study that was asked of records, not of a plan, as a run and return it.

    Args:
        study: the answer.
        name: what it is about.
        inputs: the files it was made from, by the name under which they are kept.
        runs_dir: where runs are kept.
        command: the words of the command line.

    Raises:
        OSError: the folder cannot be written.
    """
    with _workplace(runs_dir) as work:
        digest = hashlib.sha256()
        for file, data in sorted(inputs.items()):
            target = work / INPUTS / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            digest.update(file.encode() + b"\0" + data)
        for table, frame in study.tables.items():
            frame.write_parquet(work / f"{table}.parquet")
        now, earlier = datetime.now(UTC).replace(microsecond=0), runs(runs_dir)
        same = [run.id for run in earlier if run.manifest.get("inputs") == digest.hexdigest()]
        manifest = {
            "schema": SCHEMA,
            "kind": study.kind,
            "parent": None,
            "created": now.isoformat(),
            "scenario": name,
            "folder": name,
            "command": list(command),
            "inputs": digest.hexdigest(),
            "changes": [],
            "same_inputs_as": same[-1] if same else None,
            "versions": versions(),
            "seed": study.meta.get("seed", 0),
            "status": "solved",
            "tables": list(study.tables),
            "meta": dict(study.meta),
        }
        return _finish(work, runs_dir, now, manifest)


@contextmanager
def _workplace(runs_dir: Path) -> Iterator[Path]:
    """A hidden folder in which a run is put together; gone if that fails."""
    runs_dir.mkdir(parents=True, exist_ok=True)
    _sweep(runs_dir)
    work = runs_dir / f".tmp-{os.getpid()}-{os.urandom(4).hex()}"
    try:
        work.mkdir()
        yield work
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _finish(work: Path, runs_dir: Path, now: datetime, manifest: dict[str, Any]) -> Run:
    """The manifest last, then the folder gets its name."""
    manifest["files"] = {_name(file, work): _digest(file) for file in _files(work)}
    _write(work / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, default=str))
    return Run(_publish(work, runs_dir, f"{now:%Y%m%dT%H%M%SZ}-{manifest['inputs'][:6]}"), manifest)


def runs(runs_dir: Path) -> list[Run]:
    """All finished runs, oldest first."""
    if not runs_dir.is_dir():
        return []
    found = [_open(folder) for folder in sorted(runs_dir.iterdir()) if not folder.name.startswith(".")]
    return [run for run in found if run is not None]


def newest_studies(run: Run) -> dict[str, Study]:
    """The newest answer to each question asked of a plan, from the runs beside it; ``meta`` says its run.

    By kind, trade-offs by kind and what is traded. An outlook that was pooled with the plan is one of them.
    """
    newest: dict[str, Run] = {}
    for one in runs(run.folder.parent):
        kind = one.manifest["kind"]
        pooled = (one.manifest["meta"].get("inside") or {}).get("run") == run.id
        if (one.manifest.get("parent") == run.id or pooled) and kind != "plan":
            newest[f"{kind} {one.manifest['meta']['by']}" if kind == "frontier" else kind] = one
    studies = {name: (one.id, one.study()) for name, one in newest.items()}
    return {name: replace(study, meta={**study.meta, "run": key}) for name, (key, study) in studies.items()}


def answers(run: Run, kind: str) -> list[Study]:
    """Every answer of a kind to a question asked of a plan, oldest first; ``meta`` says its run."""
    found = [one for one in runs(run.folder.parent) if one.manifest["kind"] == kind]
    mine = [(one.id, one.study()) for one in found if one.manifest.get("parent") == run.id]
    return [replace(study, meta={**study.meta, "run": key}) for key, study in mine]


def plans(runs_dir: Path) -> list[Run]:
    """All plans that were asked for, oldest first; those of a trade-off are opened by their id."""
    return [
        run for run in runs(runs_dir) if run.manifest["kind"] == "plan" and not run.manifest["meta"].get("frontier")
    ]


def find_plan(reference: str, runs_dir: Path) -> Run:
    """The plan a reference leads to: itself, or the one that a study was asked of; ``latest`` is the newest plan.

    Raises:
        Refused: there is none, or there are several.
    """
    known = plans(runs_dir) if reference == "latest" else []
    found = find(known[-1].id if known else reference, runs_dir)
    if found.manifest["kind"] != "plan" and found.manifest["parent"] is None:
        raise Refused([_no_plan(found)])
    return found if found.manifest["kind"] == "plan" else find(found.manifest["parent"], found.folder.parent)


def _no_plan(found: Run) -> Finding:
    said = f"`{found.id}` is a {found.manifest['kind']} of `{found.manifest['scenario']}`; no plan stands behind it"
    advice = f"`fullrate show {found.id}` prints it; `fullrate plan DIR` makes a plan"
    return Finding(
        "FR701", Severity.ERROR, "no such run", found=said, allowed="a plan, or what was asked of one", help=advice
    )


def find(reference: str, runs_dir: Path) -> Run:
    """The run with that id, unique beginning of an id, or path; ``latest`` is the newest.

    Raises:
        Refused: there is none, or there are several.
    """
    direct = _open(Path(reference)) if Path(reference).is_dir() else None
    if direct is not None:
        return direct
    known = runs(runs_dir)
    matching = known[-1:] if reference == "latest" else [run for run in known if run.id.startswith(reference)]
    exact = [run for run in matching if run.id == reference]
    if len(exact or matching) == 1:
        return (exact or matching)[0]
    raise Refused([_no_run(reference, runs_dir, known, matching)])


def _no_run(reference: str, runs_dir: Path, known: Sequence[Run], matching: Sequence[Run]) -> Finding:
    if matching:
        return Finding(
            "FR702",
            Severity.ERROR,
            "several runs match",
            found=f"{len(matching)} runs begin with `{reference}`",
            nearest=tuple(run.id for run in matching[-3:]),
            help="give more of the id",
        )
    newest = tuple(run.id for run in reversed(known[-3:]))
    advice = f"the newest are {', '.join(newest)}" if newest else "plan a scenario first: `fullrate plan DIR`"
    return Finding(
        "FR701",
        Severity.ERROR,
        "no such run",
        found=f"`{reference}` is not a run in `{runs_dir}`",
        allowed="an id, the beginning of one, a run folder, or `latest`",
        nearest=newest,
        help=advice,
    )


def _open(folder: Path) -> Run | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Run(folder, manifest) if isinstance(manifest, dict) and manifest.get("schema") == SCHEMA else None


def _publish(work: Path, runs_dir: Path, name: str) -> Path:
    """Rename the finished folder; a second run of the same inputs in the same second gets a number."""
    for number in range(1, 1000):
        target = runs_dir / (name if number == 1 else f"{name}-{number}")
        if not target.exists():
            try:
                work.rename(target)
            except OSError:
                continue
            return target
    raise OSError(f"no free name for a run in {runs_dir}")


def _snapshot(tables: Tables, folder: Path) -> str:
    """Write the inputs as they were read, and return a hash of them and of the changes made to them."""
    folder.mkdir(parents=True)
    for name in (SCENARIO, *TABLES):
        text = _as_written(tables, name)
        if text is not None:
            _write(folder / ("scenario.toml" if name == SCENARIO else TABLES[name].file), text)
    digest = hashlib.sha256("\n".join(tables.changes).encode())
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for name in BESIDE if tables.folder else ():
        source = Path(tables.folder) / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        elif source.is_file():
            shutil.copyfile(source, folder / name)
    return digest.hexdigest()


def _as_written(tables: Tables, name: str) -> str | None:
    origin = tables.origins.get(name)
    if origin is not None and origin.text:
        return origin.text
    if name == SCENARIO:
        return "".join(f"{key} = {_toml(value)}\n" for key, value in tables.settings.items())
    frame = tables.written[name]
    used = [column for column in frame.columns if frame[column].null_count() < len(frame)]
    return frame.select(used).write_csv() if len(frame) else None


def _toml(text: str) -> str:
    """A setting as TOML: as it is where it reads as a number, date, truth value or list, else quoted."""
    plain = text.replace("-", "").replace(".", "").replace("+", "")
    if text in ("true", "false") or text.startswith("[") or (plain and plain[0].isdecimal() and " " not in text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _manifest(
    tables: Tables, plan: Plan, inputs: str, now: datetime, runs_dir: Path, command: Sequence[str]
) -> dict[str, Any]:
    earlier = [run.id for run in runs(runs_dir) if run.manifest.get("inputs") == inputs]
    return {
        "schema": SCHEMA,
        "kind": "plan",
        "created": now.isoformat(),
        "scenario": tables.config.name,
        "folder": Path(tables.folder).name,
        "command": list(command),
        "inputs": inputs,
        "changes": list(tables.changes),
        "same_inputs_as": earlier[-1] if earlier else None,
        "versions": versions(),
        "seed": tables.config.seed,
        "status": plan.status,
        "tables": list(plan.tables),
        "start": plan.start.isoformat(),
        "edges": [float(edge) for edge in plan.edges],
        "meta": dict(plan.meta),
    }


def versions() -> dict[str, str]:
    """Versions of what computed a run."""
    found = {"fullrate": __version__, "python": platform.python_version(), "system": platform.platform()}
    for package in ("numpy", "polars", "highspy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found


def _sweep(runs_dir: Path) -> None:
    """Remove what a killed command left behind, unless its process still lives."""
    for folder in runs_dir.glob(".tmp-*"):
        pid = folder.name.split("-")[1]
        if not (pid.isdecimal() and _alive(int(pid))):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _files(folder: Path) -> Iterable[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _is(file: Path, digest: str) -> bool:
    return file.is_file() and _digest(file) == digest


def _write(file: Path, text: str) -> None:
    with open(file, "w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
