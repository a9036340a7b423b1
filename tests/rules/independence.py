"""Does a check share anything with what writes the rows? A look at its source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

BEHIND = ("fullrate.case", "fullrate.lp", "fullrate.calendar", "fullrate.planning", "fullrate.rules.shut", "numpy")
"""Modules whose names a check may not use; numpy, since a check is plain loops."""
WORDS = {"Case", "Cols", "Rows", "Columns", "Terms", "RowBlock"}
"""Names it may not use, wherever they come from."""


def forbidden_in_check(module: ModuleType) -> set[str]:
    """Forbidden names in ``check`` and in every function of its module that it calls, directly or not."""
    return forbidden(inspect.getsource(module), "check")


def forbidden(source: str, start: str) -> set[str]:
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    reached, used = [start], set[str]()
    for name in reached:
        names = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
        reached += sorted(name for name in names & set(functions) if name not in reached)
        used |= names
    return used & (WORDS | set(_names_from_behind(tree)))


def forbidden_names(source: str) -> set[str]:
    """Forbidden names anywhere in a module."""
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return used & WORDS | set(_names_from_behind(tree))


def _names_from_behind(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _is_behind(node.module or ""):
            yield from (alias.asname or alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names if _is_behind(f"{node.module}.{alias.name}"))
        if isinstance(node, ast.Import):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names if _is_behind(alias.name))


def _is_behind(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in BEHIND)
