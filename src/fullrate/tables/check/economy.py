"""Rules of input-output tables: square, balanced, of a known size, in one currency and the prices of one year."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.money_unit import ALLOWED, millions
from fullrate.tables.nearest import folded, suggest
from fullrate.tables.problem import Problem

BALANCE = 0.01
"""Share of a sector's output by which its sales or purchases may miss it: published tables are rounded."""
TOTAL = 0.02
"""Share by which value added may miss the known total: one is often revised later than the other."""
ALIKE = 1e-6
"""Difference of shares that is rounding."""
WHOLE = 1e-9
"""Share of its output by which a sector may buy more than that: what adding up leaves."""


def economy(tables: Tables) -> Iterator[Problem]:
    """Every problem of the tables of the economy."""
    yield from _mapped(tables)
    yield from _regions(tables)
    if tables.frames["io_sectors"].is_empty():
        return
    yield from _declared(tables)
    yield from _alike(tables)
    yield from _origins(tables)
    yield from _capacities(tables)
    if _whole(tables):
        yield from _square(tables)
        yield from _uses(tables)
        yield from _balances(tables)
        yield from _circles(tables)
        yield from _size(tables)


def _whole(tables: Tables) -> bool:
    """Whether every number and name is there, so that sums say something."""
    sectors = tables.names("io_sectors")
    needed = {"io": ("from", "to", "value"), "io_final": ("sector", "value"), "io_sectors": ("output", "value_added")}
    if any(tables.frames[name][column].null_count() for name, columns in needed.items() for column in columns):
        return False
    named = [tables.frames["io"]["from"], tables.frames["io"]["to"], tables.frames["io_final"]["sector"]]
    return all(names.is_in(sectors.implode()).all() for names in named) and sectors.is_unique().all()


def _declared(tables: Tables) -> Iterator[Problem]:
    """Unit, year and price base are stated, and agree with the rest of the scenario."""
    if not tables.origins.get(SCENARIO, Origin()).readable:
        return
    config, unit = tables.config, millions(tables.config.io_unit)
    examples = {"io_unit": '"million EUR"', "io_year": "2022", "io_price_base": "2022-07-01"}
    for name, example in examples.items():
        if getattr(config, name) is None:
            advice = f"add a line such as `{name} = {example}` to scenario.toml"
            yield Problem("FR851", "table without unit, year or price base", SCENARIO, column=name,
                          found=f"`{name}` is not set", help=advice)  # fmt: skip
    if config.io_unit is not None and unit is None:
        yield Problem("FR851", "table without unit, year or price base", SCENARIO, column="io_unit",
                      found=f"`{config.io_unit}` is not understood", allowed=ALLOWED)  # fmt: skip
    if unit and config.currency and unit[1] != config.currency and config.io_exchange is None:
        yield Problem(
            "FR852",
            "mixed currencies",
            SCENARIO,
            column="io_unit",
            found=f"the tables are in {unit[1]}, all other money is in {config.currency}",
            allowed=f"an amount of {config.currency}",
            help="convert the tables, and say in their source at what rate, or state the rate in `io_exchange`",
        )
    base = config.io_price_base
    if base is not None and config.price_base is not None and base.year != config.price_base.year:
        yield Problem(
            "FR853",
            "mixed price years",
            SCENARIO,
            column="io_price_base",
            found=f"the tables are in prices of {base.year}, the scenario is in prices of {config.price_base.year}",
            help="nothing is deflated; convert one of the two, or read the answer with the change of prices in mind",
        )


def _alike(tables: Tables) -> Iterator[Problem]:
    """Two sectors with nearly the same name: one of them is a slip."""
    seen: dict[str, str] = {}
    for row, name in enumerate(tables.written["io_sectors"]["sector"].to_list()):
        other = seen.setdefault(folded(name or ""), name)
        if name and other != name:
            found = f"`{name}` and `{other}` are easily confused"
            yield Problem("FR854", "sectors with nearly the same name", "io_sectors", row, "sector", found=found,
                          nearest=(other,), help="give one sector one name, or two sectors two names")  # fmt: skip


def _mapped(tables: Tables) -> Iterator[Problem]:
    """Shares of one thing are at most the whole, and its sectors and regions are those of the tables."""
    frame = tables.filled("io_map").with_row_index("row")
    sums = frame.group_by("kind", "key", maintain_order=True).agg(pl.col("share").sum(), pl.col("row").last())
    for _, key, share, row in sums.iter_rows():
        if share > 1 + ALIKE:
            found = f"the shares of `{key}` sum to {share:.6g}"
            yield Problem("FR855", "more than the whole", "io_map", row, "share", found=found,
                          allowed="shares that sum to 1 or less")  # fmt: skip
    sectors, regions = tables.names("io_sectors"), tables.frames["io_jobs"]["region"].drop_nulls().unique().sort()
    if len(sectors) and not frame.is_empty():
        yield from _strangers(frame["sector"], sectors, "sector")
    if len(regions) and not frame.is_empty():
        yield from _strangers(frame["region"], regions, "region")


def _strangers(written: pl.Series, valid: pl.Series, column: str) -> Iterator[Problem]:
    near = suggest(lambda: sorted(valid.drop_nulls().to_list()))
    code, title = {"sector": ("FR856", "no such sector"), "region": ("FR857", "region without employment")}[column]
    home = {"sector": "io_sectors", "region": "io_jobs"}[column]
    for row in rows_where(written.is_not_null() & ~written.is_in(valid.implode())):
        guess = near(written[row])
        yield Problem(code, title, "io_map", row, column, found=f"`{written[row]}` is not in {home}.csv",
                      allowed=f"a value of `{column}` in {home}.csv", nearest=guess.names,
                      help=guess.question(), fix=guess.fix)  # fmt: skip


def _regions(tables: Tables) -> Iterator[Problem]:
    """Every region has jobs, by number or by share, and no sector has more of them in its regions than in all."""
    frame = tables.frames["io_jobs"]
    for row in rows_where((frame["jobs"].is_null() == frame["share"].is_null()) | _number_of_all(frame)):
        both = "no jobs and no share of them" if frame["jobs"][row] is None else "jobs and a share of them"
        found = "jobs of all sectors in one number" if _number_of_all(frame)[row] else f"the row has {both}"
        yield Problem("FR866", "jobs of a region stated twice or not at all", "io_jobs", row, "jobs", found=found,
                      allowed="`jobs` or `share`; for `*` a `share`",
                      help="state one of them, the other blank")  # fmt: skip
    for _, rows in frame.with_row_index("row").group_by("sector", maintain_order=True):
        whole = float(rows["share"].fill_null(0.0).sum())
        if whole > 1 + ALIKE:
            found = f"the shares of `{rows['sector'][0]}` sum to {whole:.6g}"
            yield Problem("FR858", "more jobs in regions than in all", "io_jobs", rows["row"][-1], "share", found=found,
                          allowed="shares that sum to 1 or less; what is left is elsewhere")  # fmt: skip
    jobs = frame.drop_nulls(["sector", "region", "jobs"])
    sized = frame.filter(pl.col("share") > 0)["region"].unique().implode()
    empty = frame.with_columns(pl.col("jobs").fill_null(0.0)).group_by("region", maintain_order=True)
    stated = frame.filter(pl.col("jobs").is_null() & pl.col("share").is_null())["region"].unique().implode()
    none = empty.agg(pl.col("jobs").sum()).filter((pl.col("jobs") <= 0) & ~pl.col("region").is_in(sized))
    for region in none.filter(~pl.col("region").is_in(stated)).drop_nulls("region")["region"].to_list():
        row = tables.frames["io_jobs"]["region"].to_list().index(region)
        yield Problem("FR857", "region without employment", "io_jobs", row, "region",
                      found=f"`{region}` has no job in any sector",
                      help="state its jobs, or leave the region out")  # fmt: skip
    summed = dict(jobs.group_by("sector").agg(pl.col("jobs").sum()).iter_rows())
    for row, (sector, whole) in enumerate(tables.frames["io_sectors"].select("sector", "jobs").iter_rows()):
        if whole is not None and summed.get(sector, 0.0) > whole * (1 + BALANCE):
            found = f"its regions have {summed[sector]:,.10g} jobs, the sector has {whole:,.10g}"
            yield Problem("FR858", "more jobs in regions than in all", "io_sectors", row, "jobs", found=found,
                          help="take both from one source, or from one year")  # fmt: skip


def _number_of_all(frame: pl.DataFrame) -> pl.Series:
    """Rows that give one number for all sectors: nobody could say how many of them are in which."""
    return (frame["sector"] == "*") & frame["jobs"].is_not_null()


def _origins(tables: Tables) -> Iterator[Problem]:
    frame = tables.frames["io_origins"].with_row_index("row").drop_nulls(["sector", "share"])
    sums = frame.group_by("sector", maintain_order=True).agg(pl.col("share").sum(), pl.col("row").last())
    for sector, share, row in sums.iter_rows():
        if abs(share - 1) > BALANCE:
            yield Problem("FR859", "origins that are not the whole", "io_origins", row, "share",
                          found=f"the shares of `{sector}` sum to {share:.6g}",
                          allowed="shares that sum to 1")  # fmt: skip


def _square(tables: Tables) -> Iterator[Problem]:
    """Who produces buys something: a sector without purchases was forgotten, or is called otherwise in `io`."""
    buyers = tables.frames["io"]["to"].unique().implode()
    sectors = tables.frames["io_sectors"]
    for row in rows_where((sectors["output"] > sectors["value_added"]) & ~sectors["sector"].is_in(buyers)):
        found = f"`{sectors['sector'][row]}` buys nothing in `io`, though its output is above its value added"
        yield Problem("FR850", "input-output table incomplete", "io_sectors", row, "sector", found=found,
                      help="add what it buys to io.csv, every sector by the same name in rows and columns")  # fmt: skip


def _uses(tables: Tables) -> Iterator[Problem]:
    uses = tables.filled("io")
    for column in ("value", "imported"):
        for row in rows_where(uses[column] < 0):
            found = f"`{uses['to'][row]}` buys {uses[column][row]:,.10g} from `{uses['from'][row]}`"
            yield Problem("FR860", "negative intermediate use", "io", row, column, found=found, allowed="0 or more",
                          help="book by-products and scrap as output or as final use")  # fmt: skip
    if not (uses["imported"] != 0).any():
        yield Problem("FR861", "imports not split off", "io", line=1, found="`imported` is blank in every row",
                      help="without it all that is bought counts as made at home, and jobs are overstated")  # fmt: skip


def _sums(tables: Tables) -> pl.DataFrame:
    """Sales and purchases of every sector beside its output."""
    uses, final = tables.filled("io"), tables.filled("io_final")
    sold = pl.concat([uses.select(sector="from", sold="value"), final.select("sector", sold="value")])
    bought = uses.select(sector="to", bought=pl.col("value") + pl.col("imported"))
    sums = tables.frames["io_sectors"].select("sector", "output", "value_added")
    for frame in (sold, bought):
        each = frame.group_by("sector").agg(pl.all().sum())
        sums = sums.join(each, on="sector", how="left", maintain_order="left")
    return sums.fill_null(0.0)


def _balances(tables: Tables) -> Iterator[Problem]:
    """Output is what is sold, and what is bought and added; nobody buys more than he makes."""
    large = float(tables.frames["io_sectors"]["output"].sum()) * ALIKE
    for row, (sector, output, added, sold, bought) in enumerate(_sums(tables).iter_rows()):
        near = BALANCE * output + large
        if abs(sold - output) > near:
            advice = "imports belong in the column `imported`, not in `value`" if sold > output else "a use is missing"
            yield Problem("FR863", "sales that are not output", "io_sectors", row, "output", help=advice,
                          found=f"`{sector}` sells {sold:,.10g} in `io` and `io_final`, its output is {output:,.10g}",
                          allowed=f"within {BALANCE:.0%} of its output")  # fmt: skip
        if bought > output * (1 + WHOLE):
            yield Problem("FR862", "coefficients above one", "io_sectors", row, "output",
                          found=f"`{sector}` buys {bought:,.10g} for an output of {output:,.10g}",
                          allowed="purchases at most as large as output",
                          help="a unit of output would take more than a unit of inputs")  # fmt: skip
        elif (bought or output <= added) and abs(bought + added - output) > near:
            yield Problem("FR864", "purchases and value added that are not output", "io_sectors", row, "value_added",
                          found=f"`{sector}` buys {bought:,.10g} and adds {added:,.10g}, its output is {output:,.10g}",
                          allowed=f"within {BALANCE:.0%} of its output",
                          help="is an input, a tax on products or an import missing?")  # fmt: skip


def _circles(tables: Tables) -> Iterator[Problem]:
    """From every sector purchases lead to one that adds value or imports; a circle that does not has no output."""
    uses, sectors = tables.filled("io"), tables.frames["io_sectors"]
    bought = dict(uses.group_by("to").agg(pl.col("value").sum()).iter_rows())
    output = dict(sectors.select("sector", "output").iter_rows())
    ends = {name for name, made in output.items() if bought.get(name, 0.0) < made * (1 - WHOLE) or made <= 0}
    buyers: dict[str, set[str]] = {}
    for seller, buyer in uses.filter(pl.col("value") > 0).select("from", "to").iter_rows():
        buyers.setdefault(seller, set()).add(buyer)
    open_ = list(ends)
    while open_:
        found = buyers.get(open_.pop(), set()) - ends
        ends |= found
        open_ += found
    if any(bought.get(name, 0.0) > made * (1 + WHOLE) for name, made in output.items()):
        return  # FR862 has said so
    for row in rows_where(~sectors["sector"].is_in(list(ends))):
        found_ = (
            f"all of the output of `{sectors['sector'][row]}` goes into inputs from sectors of which that holds, too"
        )
        yield Problem("FR867", "purchases in a circle", "io_sectors", row, "value_added", found=found_,
                      allowed="a value added or an import somewhere in the circle",
                      help="a unit of final use would need output without end; is a value added missing?")  # fmt: skip


def _capacities(tables: Tables) -> Iterator[Problem]:
    """Nobody makes more than he can; rounding aside."""
    for row, (sector, output, capacity) in enumerate(
        tables.frames["io_sectors"].select("sector", "output", "capacity").iter_rows()
    ):
        if capacity is not None and output is not None and capacity < output * (1 - BALANCE):
            yield Problem("FR868", "capacity below output", "io_sectors", row, "capacity",
                          found=f"`{sector}` can make {capacity:,.10g} and makes {output:,.10g}",
                          allowed=f"{output:,.10g} or more, within {BALANCE:.0%}",
                          help="state both for one year and in `io_unit`, or leave it blank")  # fmt: skip


def _size(tables: Tables) -> Iterator[Problem]:
    """Value added of all is the gross domestic product: a wrong unit shows here."""
    known, added = tables.config.io_total, float(tables.frames["io_sectors"]["value_added"].sum())
    if known is not None and abs(added - known) > TOTAL * known:
        ratio = f", {added / known:.4g} times that" if known else ""
        yield Problem("FR865", "total that is not the known one", SCENARIO, column="io_total",
                      found=f"value added sums to {added:,.10g}{ratio}", allowed=f"within {TOTAL:.0%} of it",
                      help="are both in `io_unit`?")  # fmt: skip
