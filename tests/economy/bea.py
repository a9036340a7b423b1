"""The national table that the package ships, derived from the tables of the Bureau of Economic Analysis.

Use (at producers' prices, before redefinitions), make and import matrices of 2017 become one industry-by-industry table
under fixed product sales structures: whoever buys a product buys it from its makers in proportion (Eurostat 2008,
chapter 11, model D). Scrap and used goods come out of what there is, so they are a sector of their own that takes no
inputs. Jobs are those of 2012, from the detailed sectors of USEEIO v2.0 added up; most schools are public, and so are
their jobs here.

``python -m economy.bea`` from the checkout, with ``src`` and ``tests`` on the path, writes the folder anew.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
BEA = ROOT.parent / "shared" / "data" / "io_us_bea"
USEEIO = ROOT.parent / "shared" / "data" / "io_us_useeio_411"
SHIPPED = ROOT / "src" / "fullrate" / "studies" / "economy" / "us-2017"
Floats = NDArray[np.float64]

CATEGORIES = {"F010": "households", "F02": "investment", "F03": "stocks", "F040": "exports", "F06": "defence"}
CATEGORIES |= {"F07": "government", "F10": "government"}
SCRAP = "SCRAP"
ORIGINS = {
    "canada": "Canada",
    "china": "China",
    "europe": "Europe",
    "japan": "Japan",
    "mexico": "Mexico",
    "rest_of_asia_and_pacific": "rest of Asia and the Pacific",
    "rest_of_world": "rest of the world",
}
PREFIXES = {
    "111CA": ("111", "112"), "113FF": ("113", "114", "115"), "22": ("221",), "23": ("23",),
    "3361MV": ("3361", "3362", "3363"), "3364OT": ("3364", "3365", "3366", "3369"), "311FT": ("311", "312"),
    "313TT": ("313", "314"), "315AL": ("315", "316"), "42": ("42",), "GFE": ("491", "S00101", "S00102", "GFE"),
    "4A0": ("444", "446", "447", "448", "454", "4B0", "4A0"), "487OS": ("48A", "487", "488", "492"),
    "511": ("511",), "513": ("515", "517"), "514": ("518", "519"), "521CI": ("521", "522", "52A"),
    "HS": ("531HS", "HSO", "HST"),
    "ORE": ("531OR", "ORE"), "532RL": ("532", "533"), "5411": ("5411",), "5415": ("5415",), "5412OP": ("54",),
    "55": ("55",), "711AS": ("711", "712"), "81": ("81",), "GFGD": ("S00500", "GFGD"), "GFGN": ("S00600", "GFGN"),
    "GSLG": ("GSLG", "6111"), "61": ("61",), "GSLE": ("S00201", "S00202", "S00203", "GSLE"),
}  # fmt: skip
"""Codes of the detailed sectors by those of the summary; a code of three digits stands for itself."""


def summary(code: str, known: set[str]) -> str | None:
    """Code of the summary table that a finer code belongs to: the longest beginning that fits."""
    fits = [(len(begin), name) for name, begins in PREFIXES.items() for begin in begins if code.startswith(begin)]
    fits += [(3, code[:3])] if code[:3] in known else []
    return max(fits)[1] if fits else None


def matrix(name: str) -> tuple[list[str], list[str], Floats]:
    """Rows, columns and numbers of a table, millions of dollars."""
    frame = pl.read_csv(BEA / f"{name}.csv")
    return frame["row"].to_list(), frame.columns[1:], frame.drop("row").to_numpy().astype(float)


def names() -> dict[str, str]:
    frame = pl.read_csv(BEA / "summary_industrycodename_2017.csv", infer_schema=False)
    return {**dict(frame.iter_rows()), SCRAP: "Scrap and used goods"}


def jobs() -> dict[str, float]:
    """Jobs of 2012 by sector of the summary: jobs a dollar times output of every detailed sector."""
    frame = pl.read_csv(USEEIO / "sectors_jobs_value_added.csv", infer_schema_length=None)
    final = pl.read_csv(USEEIO / "final_demand_2012_production_complete.csv")
    demand = {code.removesuffix("/US"): amount for code, amount in final.iter_rows()}
    a = pl.read_parquet(USEEIO / "A.parquet").select(pl.selectors.numeric()).to_numpy()
    f = np.array([demand[code] for code in frame["code"]])
    each = np.linalg.solve(np.eye(len(f)) - a, f) * frame["jobs_direct_per_usd"].to_numpy()
    found: dict[str, float] = {}
    for code, amount in zip(frame["code"], each, strict=True):
        name = summary(code, set(names())) or code
        found[name] = found.get(name, 0.0) + float(amount)
    return found


def origins(known: set[str]) -> dict[str, dict[str, float]]:
    """Imports of 2022 by sector of the summary and part of the world, millions of dollars."""
    found: dict[str, dict[str, float]] = {}
    for file, region in ORIGINS.items():
        frame = pl.read_csv(BEA / f"import_matrix_2022_{file}.csv", skip_rows=3, infer_schema=False).slice(1)
        for row in frame.iter_rows():
            name = summary(row[0] or "", known)
            if name is None or row[2] is None:
                continue
            amount = sum(max(float(cell), 0.0) for cell in row[2:] if cell)
            by = found.setdefault(name, {})
            by[region] = by.get(region, 0.0) + amount
    return found


def category(code: str) -> str:
    return next(name for begin, name in CATEGORIES.items() if code.startswith(begin))


def derived() -> dict[str, pl.DataFrame]:
    """The tables of the shipped folder."""
    rows, columns, use = matrix("use_2017")
    _, import_columns, imported = matrix("import_2017")
    _, _, make = matrix("make_2017")
    codes = columns[:71]
    make = make[:71, :73]
    share = make / make.sum(0)
    share[:, 71:] = 0.0  # scrap and noncomparable imports are not made to order
    home = use[:73, :71] - imported[:73, :71]
    z, m = share @ home, share @ imported[:73, :71]
    z, m = np.vstack([z, np.maximum(home[71:].sum(0), 0)]), np.vstack([m, np.maximum(imported[71:73, :71].sum(0), 0)])
    negative = np.minimum(z, 0)  # one cell of a government's own crops
    z, output = z - negative, make.sum(1)
    added = use[rows.index("Total Value Added"), :71]
    sectors = _sectors([*codes, SCRAP], np.append(output, 0.0), np.append(added, 0.0), z)
    uses = [
        {"from": seller, "to": buyer, "value": round(z[i, j]), "imported": round(m[i, j]) or None, "source": "bea"}
        for i, seller in enumerate([*codes, SCRAP])
        for j, buyer in enumerate(codes)
        if round(z[i, j]) or round(m[i, j])
    ]
    finals = columns[72:92]
    f = share @ use[:73, 72:92]
    fm = share @ imported[:73, [import_columns.index(code) for code in finals]]
    final = _final([*codes, SCRAP], finals, f - fm, fm, np.append(output, 0.0) - z.sum(1))
    there = set(codes)
    found = origins(there)
    shares = [
        {"sector": code, "origin": region, "share": round(amount / sum(found[code].values()), 4), "source": "tiva"}
        for code in codes
        if sum(found.get(code, {}).values()) > 0
        for region, amount in found[code].items()
        if amount
    ]
    return {
        "io_sectors": sectors,
        "io": pl.DataFrame(uses, infer_schema_length=None),
        "io_final": final,
        "io_origins": pl.DataFrame(shares, infer_schema_length=None),
    }


def _sectors(codes: list[str], output: Floats, added: Floats, z: Floats) -> pl.DataFrame:
    people, called = jobs(), names()
    stock = round(z[-1].sum())
    frame = {
        "sector": codes,
        "name": [called[code] for code in codes],
        "output": [round(one) for one in output],
        "value_added": [round(one) for one in added],
        "jobs": [round(people.get(code, 0.0), -2) for code in codes],
        "capacity": [2 * stock if code == SCRAP else None for code in codes],
        "source": ["bea"] * len(codes),
    }
    return pl.DataFrame(frame).with_columns(pl.col("jobs").cast(pl.Int64))


def _final(codes: list[str], finals: list[str], home: Floats, abroad: Floats, left: Floats) -> pl.DataFrame:
    """Final uses by category; what is left of output is the adjustment for duties and margins on imports, and scrap."""
    names_of = list(dict.fromkeys(category(code) for code in finals if code != "F050"))
    rows = []
    for i, code in enumerate(codes):
        rest = left[i]
        for name in names_of:
            some = [j for j, final in enumerate(finals) if final != "F050" and category(final) == name]
            value, bought = (home[i, some].sum(), abroad[i, some].sum()) if i < len(home) else (0.0, 0.0)
            rest -= value
            if round(value) or round(bought):
                rows.append((code, name, round(value), round(bought) or None, "bea"))
        if round(rest):
            rows.append((code, "adjustment", round(rest), None, "bea"))
    schema = ["sector", "category", "value", "imported", "source"]
    return pl.DataFrame(rows, schema=schema, orient="row", infer_schema_length=None)


if __name__ == "__main__":
    for name, frame in derived().items():
        frame.write_csv(SHIPPED / f"{name}.csv")
