"""`fullrate check`: what is wrong with a scenario, where, and what to do about it."""

from typing import TYPE_CHECKING

import click

from fullrate.cli.frame import ExitCode, json_option, note, print_json, set_option, wants_colour

if TYPE_CHECKING:
    from fullrate.findings import Finding
    from fullrate.tables import Tables
    from fullrate.tables.fix import Repair

SCHEMA = "fullrate/check/1"
NO_PLAN = "No plan can be made of it."
NO_ECONOMY = "No answer about an economy can rest on it."


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--fix", is_flag=True, help="Write the fixes that are certain into the files.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@json_option
@set_option
def check(folder: str, fix: bool, form: str, as_json: bool, changes: tuple[str, ...]) -> int:
    """Check a scenario, or a surge record, and say what is wrong where.

    Exit code 1 when there are errors; warnings are allowed.
    """
    from fullrate.findings import errors
    from fullrate.tables.surge import is_surge

    if is_surge(folder):
        return check_record(folder, changes, fix, as_json or form == "json")
    tables, findings = look(folder, changes)
    fixed: list[Repair] = []
    if fix:
        tables, findings, fixed = mend(tables, findings, changes)
    if as_json or form == "json":
        answer(folder, findings, fixed, {} if errors(findings) else numbers(tables))
    else:
        for repair in fixed:
            note(f"fixed {repair}")
        show(findings, NO_ECONOMY if tables.economy_only else NO_PLAN)
        if not errors(findings):
            click.echo(sized(tables) if tables.economy_only else counted(numbers(tables)))
    return ExitCode.REFUSED if errors(findings) else ExitCode.DONE


def check_record(folder: str, changes: tuple[str, ...], fix: bool, as_json: bool) -> int:
    """Check a surge record: a folder with a `case.toml`, or such a file alone."""
    from fullrate.findings import errors, in_order
    from fullrate.tables.check.surge import check_surge
    from fullrate.tables.surge import read_surge

    if changes or fix:
        raise click.UsageError("a surge record is evidence: neither --set nor --fix changes it")
    surge, findings = read_surge(folder)
    findings = in_order(findings + check_surge(surge))
    if as_json:
        answer(folder, findings, [], {})
    else:
        show(findings, "`fullrate hindcast` scores what can be read of it, and names it.")
    return ExitCode.REFUSED if errors(findings) else ExitCode.DONE


def look(folder: str, changes: tuple[str, ...]) -> "tuple[Tables, list[Finding]]":
    """The tables of a folder and all findings, of reading and of checking."""
    from fullrate.findings import in_order
    from fullrate.tables import read
    from fullrate.tables.check import check as check_tables

    tables, findings = read(folder, changes)
    if not any(finding.code == "FR001" for finding in findings):
        findings = findings + check_tables(tables)
    return tables, in_order(findings)


def mend(
    tables: "Tables", findings: "list[Finding]", changes: tuple[str, ...]
) -> "tuple[Tables, list[Finding], list[Repair]]":
    """Repairs and looks again, since one repair can make another certain."""
    from fullrate.tables.fix import repair

    fixed: list[Repair] = []
    for _ in range(3):
        done = repair(tables, findings)
        if not done:
            break
        fixed += done
        tables, findings = look(tables.folder, changes)
    return tables, findings, fixed


def answer(folder: str, findings: "list[Finding]", fixed: "list[Repair]", known: dict[str, int]) -> None:
    """The findings as one JSON object."""
    from fullrate.findings import Severity, as_object

    count = {s.value: sum(f.severity is s for f in findings) for s in Severity}
    print_json(
        {
            "schema": SCHEMA,
            "scenario": folder,
            "status": "refused" if count["error"] else "ok",
            "count": count,
            "findings": [as_object(finding) for finding in findings],
            "fixed": [vars(repair) for repair in fixed],
            "numbers": known,
        }
    )


def numbers(tables: "Tables") -> dict[str, int]:
    """How many numbers the scenario has, and where they come from."""
    from fullrate.report.evidence import inputs, shares

    return vars(shares(inputs(tables)))


def counted(found: dict[str, int]) -> str:
    """The same in one line."""
    if not found["total"]:
        return "No numbers but defaults."
    return (
        f"{found['total']:,} numbers: {found['documented']:,} from documents, {found['assumed']:,} assumptions, "
        f"{found['unsourced']:,} without a source."
    )


def sized(tables: "Tables") -> str:
    """How large the table of an economy is, in one line."""
    from fullrate.report.numbers import money
    from fullrate.tables.money_unit import millions

    config, sectors, uses = tables.config, len(tables.names("io_sectors")), len(tables.frames["io"])
    regions = tables.frames["io_jobs"]["region"].n_unique()
    where = f"jobs in {regions:,} regions" if regions else "no jobs by region"
    scale, currency = millions(config.io_unit) or (1.0, "")
    added = money(float(tables.frames["io_sectors"]["value_added"].sum()) * scale, currency)
    known = (
        "within 2 % of io_total" if config.io_total is not None else "not compared with anything: io_total is not set"
    )
    return (
        f"{sectors:,} sectors of {config.io_year}, {uses:,} uses between them, in {config.io_unit}; {where}.\n"
        f"Value added of all: {added} ({known})."
    )


def show(findings: "list[Finding]", refused: str = NO_PLAN) -> None:
    """The findings as text, and the line that counts them."""
    from fullrate.findings import as_blocks, errors, summary

    consequence = refused if errors(findings) else ""
    blocks = as_blocks(findings, wants_colour())
    click.echo("\n\n".join([*blocks, summary(findings, consequence)]))
