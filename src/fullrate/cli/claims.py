"""`fullrate claims TEXT|LEDGER`: from an announcement to a ledger that a person confirms."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from fullrate.claims import Ledger

SCHEMA = "fullrate.claims/1"


@click.command()
@click.argument("text", metavar="TEXT|LEDGER")
@click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Day of the text, if it does not say."
)
@click.option(
    "--voice", type=click.Choice(["official", "company", "narrator"]), help="Whose text it is; guessed from its head."
)
@click.option(
    "--review", is_flag=True, help="Confirm claim by claim; without a terminal, take over the file's `confirmed`."
)
@click.option("--by", metavar="NAME", help="Who confirms.")
@click.option("--out", type=click.Path(dir_okay=False), metavar="LEDGER", help="Write the ledger, a CSV file.")
@frame.json_option
def claims(
    text: str,
    published: datetime | None,
    voice: str | None,
    review: bool,
    by: str | None,
    out: str | None,
    as_json: bool,
) -> int:
    """List the claims of an English text, and what it does not say.

    Rules over words fill in a ledger: who says what, how much, by when, how sure, each with its
    quote. A person confirms it, with --review or in the column `confirmed` of the written file.
    Nothing that is not confirmed enters a scenario.
    """
    from pathlib import Path

    from fullrate.findings import Refused, errors
    from fullrate.report.claims import as_object, as_text

    ledger = read(text, published.date() if published else None, voice)
    if errors(ledger.findings):
        raise Refused(ledger.findings)
    if review:
        ledger = reviewed(ledger, by, as_json)
        out = out or (text if ledger.file else None)
    if out:
        write(ledger, Path(out))
    if as_json:
        frame.print_json({"schema": SCHEMA, "text": text, "ledger": out, **as_object(ledger)})
        return frame.ExitCode.DONE
    if ledger.findings:
        frame.show_findings(ledger.findings, err=True)
    click.echo(as_text(ledger, Path(text).name))
    if out:
        click.echo(f"\nledger {out}\nnext: fullrate claims {out} --review   fullrate new NAME --from-claims {out}")
    return frame.ExitCode.DONE


def read(file: str, published: date | None, voice: str | None) -> Ledger:
    """The ledger in a CSV file, or of the text in any other."""
    from fullrate.claims import ledger_of, read_ledger, read_text

    if file.lower().endswith(".csv"):
        if published or voice:
            raise click.UsageError("a ledger has its day and its voice already; edit the file")
        return read_ledger(file)
    return ledger_of(read_text(file, published, voice))


def write(ledger: Ledger, file: Path) -> None:
    """Write a ledger whole or not at all; one that a person has confirmed is never lost to a fresh reading."""
    import os

    from fullrate.claims import is_confirmed, read_ledger, written
    from fullrate.findings import Refused

    if file.exists() and not ledger.file:
        try:
            kept = any(is_confirmed(row) for row in read_ledger(file).rows)
        except Refused:
            kept = True
        if kept:
            raise click.UsageError(f"`{file}` holds confirmed claims; nothing was written. Name another file.")
    if not file.resolve().parent.is_dir():
        raise click.UsageError(f"the folder `{file.parent}` does not exist; nothing was written")
    part = file.with_name(f".{file.name}.tmp")
    part.write_text(written(ledger), encoding="utf-8")
    os.replace(part, file)


def reviewed(ledger: Ledger, by: str | None, as_json: bool) -> Ledger:
    """The ledger after a person has gone through it, at a terminal or in the file."""
    from datetime import date

    from fullrate.claims.worksheet import stamped

    if not sys.stdin.isatty() or as_json:
        if not ledger.file:
            frame.note("no terminal: write true into the column `confirmed` of the ledger, then review the ledger")
        return stamped(ledger, by or "a person", date.today())
    by = by or click.prompt("Who confirms")
    for row in ledger.claims:
        if row["confirmed"]:
            continue
        try:
            ledger = ask(ledger, row["id"], str(by))
        except click.Abort:
            frame.note("\nstopped here; the answers so far are kept")
            break
    return ledger


def ask(ledger: Ledger, key: str, by: str) -> Ledger:
    """The ledger after one claim was shown and answered: yes, no, edit, or later."""
    from datetime import date

    from fullrate.claims.worksheet import confirmed, edited
    from fullrate.findings import Refused
    from fullrate.report.claims import claim

    while True:
        row = next(one for one in ledger.rows if one["id"] == key)
        click.echo(f"\n{claim(row)}")
        answer = click.prompt(
            "y yes, n no, e edit, l later", type=click.Choice(["y", "n", "e", "l"]), show_choices=False
        )
        if answer == "y":
            return confirmed(ledger, [key], by, date.today())
        if answer == "n":
            return edited(ledger, key, {"confirmed": "false"})
        if answer == "l":
            return ledger
        click.echo("Enter keeps a cell, - empties it")
        given = {name: str(click.prompt(name, default=row[name])).strip() for name in EDITABLE}
        cells = {name: "" if text == "-" else text for name, text in given.items()}
        try:
            ledger = edited(ledger, key, cells)
        except Refused as refused:
            frame.show_findings(refused.findings, "The claim stays as it was.", err=True)


EDITABLE = (
    "quantity", "quantity_low", "quantity_high", "unit", "quantity_kind", "item", "recipient", "deadline_text",
    "deadline_from", "deadline_to", "modality", "topics",
)  # fmt: skip
"""Cells that the review asks for; the others are edited in the file."""
