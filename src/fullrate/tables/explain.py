"""The pages of codes: Markdown that explains a finding, shipped with the package."""

from __future__ import annotations

from pathlib import Path


def pages_folder() -> Path:
    """The folder of pages: inside an installed package, or under ``tests`` in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "diagnostics"
    return installed if installed.is_dir() else package.parents[1] / "tests" / "diagnostics"


def codes() -> list[str]:
    """All codes that have a page, in order."""
    return sorted(file.stem for file in pages_folder().glob("FR*.md"))


def page(code: str) -> str | None:
    """The page of a code; None if there is none."""
    if code not in codes():
        return None
    return (pages_folder() / f"{code}.md").read_text(encoding="utf-8")
