"""`fullrate new NAME`: a scenario folder that opens clean."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from fullrate.cli import frame

TEMPLATES = {"minimal": "golden", "vaccine": "italy-vaccine-2021"}
"""Templates and the examples they are copied from."""


KINDS = ("new product or plant", "mature product, existing lines", "network roll-out", "stock of goods")
"""Classes whose history may stand in for what an announcement does not say."""


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--template", type=click.Choice(sorted(TEMPLATES)), help="What to start from.  [default: minimal]")
@click.option("--from-claims", metavar="LEDGER", help="Start from the confirmed claims of a ledger instead.")
@click.option("--class", "kind", type=click.Choice(KINDS), help="Class whose history fills what the claims leave open.")
@click.option("--without", multiple=True, metavar="CASE", help="Leave a case out of it, with its programme.")
@frame.json_option
def new(
    name: Path,
    template: str | None,
    from_claims: str | None,
    kind: str | None,
    without: tuple[str, ...],
    as_json: bool,
) -> int:
    """Start a scenario folder NAME from a template, or from an announcement.

    From a ledger of `fullrate claims` it is a skeleton: quantities and dates that a person has
    confirmed, linked to their quotes; everything else is a marked assumption. The plan takes what
    was promised at its word; its range is what had become of such promises by the day of the text.
    """
    if from_claims and template:
        raise click.UsageError("a scenario starts from a template or from claims, not from both")
    if (kind or without) and not from_claims:
        raise click.UsageError(f"{'--class' if kind else '--without'} belongs to --from-claims")
    if name.exists():
        raise click.UsageError(f"`{name}` exists already; nothing was written")
    if not name.resolve().parent.is_dir():
        raise click.UsageError(f"the folder `{name.parent}` does not exist; nothing was written")
    work = name.with_name(f".{name.name}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    if from_claims:
        _from_claims(work, name.name, from_claims, kind, without)
    else:
        source = frame.examples_folder() / TEMPLATES[template or "minimal"]
        shutil.copytree(source, work, ignore=shutil.ignore_patterns("outcome", "__pycache__"))
    work.rename(name)
    files = sorted(file.name for file in name.iterdir())
    start = f"claims in `{from_claims}`" if from_claims else f"template `{template or 'minimal'}`"
    if as_json:
        origin = {"template": None if from_claims else template or "minimal", "claims": from_claims}
        history = {"class": kind, "without": list(without)}
        frame.print_json({"schema": "fullrate.new/1", "folder": str(name), **origin, **history, "files": files})
    else:
        odds = "   fullrate odds latest" if from_claims else ""
        click.echo(f"{name}: {len(files)} files from {start}")
        click.echo(f"next: fullrate check {name}   fullrate plan {name}{odds}")
    return frame.ExitCode.DONE


def _from_claims(folder: Path, name: str, file: str, kind: str | None, without: tuple[str, ...]) -> None:
    """Write the skeleton of a ledger's confirmed claims."""
    from fullrate.claims import read_ledger
    from fullrate.claims.skeleton import day_of, skeleton
    from fullrate.findings import Refused, errors
    from fullrate.forecast.history import refuse_unknown
    from fullrate.forecast.priors import prior

    refuse_unknown(without)
    ledger = read_ledger(file)
    if errors(ledger.findings):
        raise Refused(ledger.findings)
    files = skeleton(ledger, name, prior(kind, day_of(ledger), without), Path(file).stem)
    folder.mkdir()
    for title, text in files.items():
        (folder / title).write_text(text, encoding="utf-8")
    left = sum(row["confirmed"] != "true" for row in ledger.claims)
    if left:
        frame.note(f"{left} of {len(ledger.claims)} claims are not confirmed and were left out")
