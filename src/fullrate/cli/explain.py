"""`fullrate explain`: the page of a finding's code."""

import click

from fullrate.cli.frame import ExitCode, json_option, note, print_json


@click.command()
@click.argument("code")
@json_option
def explain(code: str, as_json: bool) -> int:
    """What a finding's code means and how to fix it.

    CODE is printed with every finding, such as FR201.
    """
    from fullrate.tables.explain import codes, page

    wanted = code.strip().upper()
    text = page(wanted)
    if text is None:
        note(f"There is no code `{wanted}`. The codes are {', '.join(codes())}.")
        return ExitCode.REFUSED
    if as_json:
        print_json({"schema": "fullrate/explain/1", "code": wanted, "text": text})
    else:
        click.echo(text.rstrip())
    return ExitCode.DONE
