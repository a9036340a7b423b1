"""Pages of the documentation that are made from the program when the documentation is built.

What the program declares once (commands, findings, changes) is not written a second time.
"""

import re
from inspect import getdoc, getmodule
from pathlib import Path
from textwrap import dedent

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from fullrate.cli import VERBS, load
from fullrate.rules import RULES
from fullrate.tables.pages import surges_page, tables_page

ROOT = Path(__file__).resolve().parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages; called by mkdocs once it knows the written ones."""
    pages = {
        "look-up/commands.md": commands_page(),
        "look-up/tables.md": tables_page(),
        "look-up/surges.md": surges_page(),
        "look-up/rules.md": rules_page(),
        "look-up/changes.md": root_page("CHANGELOG.md"),
        "understand/contribute.md": root_page("CONTRIBUTING.md"),
        **finding_pages(),
    }
    for address, content in pages.items():
        files.append(File.generated(config, address, content=content))
    return files


def commands_page() -> str:
    """One section per verb: the help it prints."""
    lines = ["# Commands", "", "What `fullrate VERB --help` prints, for every verb.", ""]
    for verb in VERBS:
        context = click.Context(load(verb), info_name=f"fullrate {verb.name}", max_content_width=100)
        lines += [f"## {verb.name}", "", verb.help, "", "```text", context.get_help(), "```", ""]
    return "\n".join(lines)


def rules_page() -> str:
    """One section per rule: its sentence, equation, symbols, the rows of a tiny example, and what it reads."""
    lines = ["# Rules", "", "Every rule of the plan. The rows shown are built and compared by the tests.", ""]
    for rule in RULES:
        text = getdoc(getmodule(rule.check)) or ""
        body = text.partition("\n")[2].strip()
        reads = ", ".join(f"`{table}.{column}`" for table, columns in rule.reads.items() for column in columns)
        lines += [f"## {rule.code}", "", rule.title, "", *_as_markdown(body), "", f"Reads {reads}.", ""]
    return "\n".join(lines)


def _as_markdown(body: str) -> list[str]:
    """A docstring as Markdown: equations, symbol tables and examples become blocks of text."""
    lines: list[str] = []
    for part in re.split(r"\n\s*\n", body):
        if part.startswith((".. math::", "====", "------", ">>>")):
            shown = part.removeprefix(".. math::").strip("\n")
            if part.startswith(">>>"):
                shown = "\n".join(line for line in part.split("\n") if not line.startswith((">>>", "...")))
            lines += ["```text", dedent(shown).strip(), "```", ""]
        else:
            lines += [part.replace("``", "`"), ""]
    return lines


def finding_pages() -> dict[str, str]:
    """The page of each finding's code, as `fullrate explain CODE` prints it, and their list."""
    sources = sorted((ROOT / "tests" / "diagnostics").glob("*.md"))
    pages = {f"look-up/findings/{source.name}": source.read_text(encoding="utf-8") for source in sources}
    lines = ["# Findings", "", "What each code means, with an example and how to repair it.", ""]
    for address, text in pages.items():
        title = re.search(r"^# (.+)$", text, flags=re.MULTILINE)
        name = Path(address).name
        lines.append(f"- [{title[1] if title else Path(name).stem}]({name})")
    return pages | {"look-up/findings/index.md": "\n".join(lines) + "\n"}


def root_page(name: str) -> str:
    """A page of the checkout's root, with links that hold inside the documentation.

    Links into `docs/` are shortened; links to other files of the checkout become plain text.
    """
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"\]\(docs/([^)]+)\)", r"](../\1)", text)
    return re.sub(r"\[([^\]]+)\]\((?!\.\./|https?://|#)[^)]+\)", r"\1", text)
