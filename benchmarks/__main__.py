"""``python -m benchmarks [NAME ...]``: all benchmarks, or those named, one after the other."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("start", "check", "orders", "build", "plan", "ladder", "stress", "twostage", "simulate", "economy")


def main(names: list[str]) -> None:
    """Run the named benchmarks. Exits with a message when there is none of that name."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    for name in names or NAMES:
        module = import_module(f"benchmarks.{name}")
        print(f"\n## {name}\n\n{(module.__doc__ or '').splitlines()[0]}\n", flush=True)
        module.main() if name == "check" else module.main([])


if __name__ == "__main__":
    main(sys.argv[1:])
