"""Compilation, and where its results are kept: in the user's cache folder, by the sources they were made from.

numba looks at the file of a function alone, not at those of the functions it calls; a folder named after all compiled
sources never holds anything stale.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


COMPILED = ("block.py", "compiled.py", "layout.py", "luck.py")
"""Files with compiled functions, or with numbers that they read, besides those of the steps."""


@cache
def folder() -> Path:
    """The folder of these sources; below ``NUMBA_CACHE_DIR`` where that is set."""
    digest = hashlib.sha256(numba.__version__.encode())
    here = Path(__file__).parent
    for source in [*(here / name for name in COMPILED), *sorted((here / "steps").glob("*.py"))]:
        digest.update(source.read_bytes())
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    if not base:
        base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    return (Path(base) if base else Path.home() / ".cache") / "fullrate" / digest.hexdigest()[:16]


def compiled(function: Function) -> Function:
    """A function compiled when it is first called: no Python lock, division as in numpy.

    Arrays are lent to it: it must neither make any nor be handed one by a function it calls. Otherwise numba counts who
    holds them, at every call, with a locked instruction for each array twice: most of a step's time.
    """
    return _made(function, {"_nrt": False})


def inlined(function: Function) -> Function:
    """The same, to become part of the functions that call it."""
    return _made(function, {"_nrt": False, "forceinline": True})


def allocating(function: Function) -> Function:
    """A compiled function that makes arrays, or is handed one: for what is seldom needed."""
    return _made(function, {"_nrt": True})


def _made(function: Function, options: dict[str, Any]) -> Function:
    options = {"nogil": True, "error_model": "numpy", **options}
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
    made: Any
    try:
        made = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that can be written to
        made = numba.njit(**options)(function)
    finally:
        config.CACHE_DIR = before
    return cast(Function, made)
