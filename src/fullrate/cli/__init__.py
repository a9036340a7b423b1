"""The command line: one group, one file per verb, nothing imported before it is needed.

`VERBS` is the whole menu. It carries the one-line help of every verb, so that `fullrate --help`
prints the menu without importing any of them; a verb's module is imported when the verb is
called, asked for its own help, or completed by the shell.
"""

import os
from importlib import import_module
from typing import NamedTuple

import click

from fullrate import __version__


class Verb(NamedTuple):
    """One line of the menu: where the click command of a verb lives."""

    name: str
    module: str
    function: str
    help: str


VERBS = (
    Verb("new", "fullrate.cli.new", "new", "Start a scenario folder from a template."),
    Verb("check", "fullrate.cli.check", "check", "Check a scenario and say what is wrong where."),
    Verb("plan", "fullrate.cli.plan", "plan", "Plan a scenario: who is covered by what date."),
    Verb("audit", "fullrate.cli.audit", "audit", "Recompute a plan from its tables alone."),
    Verb("runs", "fullrate.cli.runs", "runs", "List the runs in the runs folder."),
    Verb("show", "fullrate.cli.show", "show", "Print a run, or one of its tables."),
    Verb("why", "fullrate.cli.why", "why", "Why it is late, and what to change first."),
    Verb("require", "fullrate.cli.require", "require", "What must be true for a promised date."),
    Verb("frontier", "fullrate.cli.frontier", "frontier", "What time costs, as plans that can be opened."),
    Verb("economy", "fullrate.cli.economy", "economy", "Jobs and output it engages, and what others give up."),
    Verb("claims", "fullrate.cli.claims", "claims", "What a text claims, and what it does not say."),
    Verb("outlook", "fullrate.cli.outlook", "outlook", "What becomes of a promise, by what became of others."),
    Verb("hindcast", "fullrate.cli.hindcast", "hindcast", "How forecasts of past promises did, scored."),
    Verb("history", "fullrate.cli.history", "history", "What became of others, as ranges for a scenario."),
    Verb("track", "fullrate.cli.track", "track", "Plan against actual, and what moved the date."),
    Verb("odds", "fullrate.cli.odds", "odds", "What a date is worth: how often it holds."),
    Verb("stress", "fullrate.cli.stress", "stress", "What breaks if something is cut off, and how soon."),
    Verb("compare", "fullrate.cli.compare", "compare", "Two runs: cells and answers that differ."),
    Verb("actions", "fullrate.cli.actions", "actions", "What to sign now, and how late it can wait."),
    Verb("report", "fullrate.cli.report", "report", "Write a run as one web page that prints well."),
    Verb("export", "fullrate.cli.export", "export", "Write a scenario or a run for other programs."),
    Verb("explain", "fullrate.cli.explain", "explain", "What a finding's code means and how to fix it."),
    Verb("demo", "fullrate.cli.demo", "demo", "Plan a real surge, from its data to its dates."),
)


def load(verb: Verb) -> click.Command:
    """Import the click command of a verb."""
    command = getattr(import_module(verb.module), verb.function)
    if not isinstance(command, click.Command):
        raise TypeError(f"{verb.module}.{verb.function} is not a click command")
    return command


class Menu(click.Group):
    """A click group of stubs, each exchanged for the real verb when it is called.

    Subclassing is click's own way to do this. The group holds stubs, so menus, completion and
    "did you mean" work from names and one-line helps alone.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of `VERBS`, the order of the work, not of the alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name, real command and remaining arguments of the verb that was called."""
        name, stub, rest = super().resolve_command(ctx, args)
        verb = next((verb for verb in VERBS if verb.name == name), None)
        if verb is None:
            return name, stub, rest
        command = load(verb)
        if "--help" in rest and not ctx.resilient_parsing:
            from fullrate.cli.frame import with_rich_help

            command = with_rich_help(command)
        return name, command, rest


@click.group(
    cls=Menu,
    commands={verb.name: click.Command(verb.name, short_help=verb.help) for verb in VERBS},
    context_settings={"max_content_width": 100},
    epilog="`fullrate demo` shows a real answer; `fullrate VERB --help` explains one verb.",
)
@click.version_option(__version__, message="fullrate %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """When will everybody have it?

    Plans making and delivering scarce goods: who is covered by what date, what binds, and what
    to sign now.
    """
    if os.environ.get("NO_COLOR"):
        ctx.color = False  # inherited by every verb; click itself looks at terminals only
