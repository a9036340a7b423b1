"""Rules of units in use: conditions that are stated, failed units that find a workshop, and needs that can wait."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.check.graphs import closure
from fullrate.tables.model import Tables
from fullrate.tables.nearest import nearest
from fullrate.tables.problem import Problem


def fleet(tables: Tables) -> Iterator[Problem]:
    """Every problem of reliability and of coverage by what works."""
    lives = tables.frames["reliability"]
    if tables.config.coverage != "serviceable":
        if lives.height:
            yield Problem(
                "FR372",
                "reliability not counted",
                "reliability",
                line=1,
                found="what was delivered counts as covered, whether it still works or not",
                help='set `coverage = "serviceable"` in scenario.toml to count only what works',
            )
        return
    yield from _lost(tables)
    asked = _asked(tables)
    kinds = set(lives["item"].to_list())
    if not kinds & {item for item, _, _ in asked}:
        yield Problem(
            "FR374",
            "nothing that fails",
            "scenario",
            column="coverage",
            found="no item that is needed has a row in reliability.csv, so nothing in use ever fails",
            help="write how often the items fail into reliability.csv",
        )
    yield from _conditions(tables, asked)


def _asked(tables: Tables) -> list[tuple[str, str, str]]:
    """Item, conditions and site of everything that is needed."""
    families: dict[str, list[str]] = {}
    for item, family in tables.filled("items").select("item", "family").iter_rows():
        families.setdefault(family or "", []).append(item)
    people = {
        name: (conditions, site)
        for name, conditions, site in tables.filled("recipients").select("recipient", "environment", "site").iter_rows()
    }
    return [
        (item, *people[who])
        for who, wanted in tables.filled("needs").select("recipient", "item").iter_rows()
        if who in people
        for item in families.get(wanted) or [wanted]
    ]


def _lost(tables: Tables) -> Iterator[Problem]:
    for row in rows_where(tables.filled("needs")["late"] == "lost"):
        yield Problem(
            "FR373",
            "lost needs of what is used",
            "needs",
            row,
            "late",
            found="what is lost when late is used up, but only units that work count (`coverage`)",
            allowed="backlog",
            help="plan what is used up in a scenario that counts what was delivered",
        )


def _conditions(tables: Tables, asked: list[tuple[str, str, str]]) -> Iterator[Problem]:
    """An item with rows, but none for the conditions of a recipient, would never fail there."""
    known: dict[str, list[str]] = {}
    for item, conditions in tables.filled("reliability").select("item", "environment").iter_rows():
        known.setdefault(item, []).append(conditions)
    recipients = tables.filled("recipients").select("recipient", "environment", "site")
    for row, (_, conditions, site) in enumerate(recipients.iter_rows()):
        mine = sorted({item for item, where, place in asked if where == conditions and place == site})
        for item in mine:
            if item in known and conditions not in known[item]:
                near = nearest(conditions, known[item])
                yield Problem(
                    "FR371",
                    "no reliability in these conditions",
                    "recipients",
                    row,
                    "environment",
                    found=f"`{conditions}` has no row of `{item}` in reliability.csv",
                    allowed=", ".join(known[item]),
                    nearest=near.names,
                    help=near.question() or f"write how often `{item}` fails there",
                )


def failed_units(tables: Tables) -> list[tuple[str, str, str]]:
    """Site, item in use there, and what it is when it has failed and can be repaired."""
    if tables.config.coverage != "serviceable":
        return []
    lives = tables.filled("reliability").select("item", "environment", "repairable", "failed")
    becomes = {(item, where): failed for item, where, share, failed in lives.iter_rows() if share and failed}
    found = [(site, item, becomes.get((item, where))) for item, where, site in _asked(tables)]
    return [(site, item, failed) for site, item, failed in dict.fromkeys(found) if failed is not None]


def workshops(tables: Tables) -> Iterator[Problem]:
    """Failed units must reach a process that takes them in, from every place where they are used."""
    if tables.config.coverage != "serviceable":
        return
    asked = _asked(tables)
    takes = tables.filled("recipe").filter(pl.col("role") == "in").select("process", "item")
    place = dict(tables.filled("processes").select("process", "site").iter_rows())
    shops: dict[str, set[str]] = {}
    for process, item in takes.iter_rows():
        shops.setdefault(item, set()).add(place.get(process, ""))
    lives = tables.filled("reliability").select("item", "environment", "repairable", "failed")
    for row, (item, conditions, share, failed) in enumerate(lives.iter_rows()):
        if failed is None or not share:
            continue
        used = sorted({site for wanted, where, site in asked if wanted == item and where == conditions})
        stuck = [site for site in used if not _reached(tables, failed, site) & shops.get(failed, set())]
        if stuck:
            yield Problem(
                "FR370",
                "repair without a way there",
                "reliability",
                row,
                "failed",
                found=f"no lane brings `{failed}` from `{stuck[0]}` to a process that takes it in",
                allowed="blank, or an item that lanes bring to a process whose recipe takes it",
                help=f"add a lane for `{failed}` from `{stuck[0]}`, or a repair process there with `{failed}` as input",
            )


def _reached(tables: Tables, item: str, site: str) -> set[str]:
    """Sites that lanes bring an item to, from one site on."""
    lanes = tables.filled("lanes").select("from", "to", "item").iter_rows()
    return closure({site}, [(begin, end) for begin, end, carried in lanes if carried in ("*", item)])
