"""`fullrate new NAME`: a scenario folder that opens clean."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from fullrate.cli import frame

TEMPLATES = {"minimal": "golden", "vaccine": "italy-vaccine-2021"}
"""Templates and the examples they are copied from."""


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option(
    "--template", type=click.Choice(sorted(TEMPLATES)), default="minimal", show_default=True, help="What to start from."
)
@frame.json_option
def new(name: Path, template: str, as_json: bool) -> int:
    """Start a scenario folder NAME from a template."""
    if name.exists():
        raise click.UsageError(f"`{name}` exists already; nothing was written")
    if not name.resolve().parent.is_dir():
        raise click.UsageError(f"the folder `{name.parent}` does not exist; nothing was written")
    work = name.with_name(f".{name.name}.tmp")
    shutil.rmtree(work, ignore_errors=True)
    source = frame.examples_folder() / TEMPLATES[template]
    shutil.copytree(source, work, ignore=shutil.ignore_patterns("outcome", "__pycache__"))
    work.rename(name)
    files = sorted(file.name for file in name.iterdir())
    if as_json:
        frame.print_json({"schema": "fullrate.new/1", "folder": str(name), "template": template, "files": files})
    else:
        click.echo(f"{name}: {len(files)} files from template `{template}`")
        click.echo(f"next: fullrate check {name}   fullrate plan {name}")
    return frame.ExitCode.DONE
