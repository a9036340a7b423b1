"""Pages of the documentation that are made from the program when the documentation is built.

What the program declares once (commands, findings, changes) is not written a second time.
"""

import re
from importlib.util import find_spec
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from fullrate.cli import VERBS, load

ROOT = Path(__file__).resolve().parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages; called by mkdocs once it knows the written ones."""
    pages = {
        "look-up/commands.md": commands_page(),
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
        if find_spec(verb.module) is None:
            continue
        context = click.Context(load(verb), info_name=f"fullrate {verb.name}", max_content_width=100)
        lines += [f"## {verb.name}", "", verb.help, "", "```text", context.get_help(), "```", ""]
    return "\n".join(lines)


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
