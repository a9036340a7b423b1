"""Starting: processor seconds of ``fullrate --help`` above those of bare Python, both in the same environment."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.measure import interleaved, machine, quartiles

COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "fullrate --help": [sys.executable, "-m", "fullrate.cli", "--help"],
}
ROUNDS = 21


def cpu(command: list[str]) -> float:
    """Processor seconds of a command and all it starts."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime


def main(words: list[str]) -> None:
    """Print the medians and the difference, pair by pair."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name in COMMANDS:
        cpu(COMMANDS[name])  # compiles what is not compiled yet
    for _, name in interleaved(list(COMMANDS), ROUNDS):
        seconds[name].append(cpu(COMMANDS[name]))
    print(machine())
    for name, times in seconds.items():
        print(f"{name}: {quartiles(times, 3)} s")
    above = [ours - bare for bare, ours in zip(*seconds.values(), strict=True)]
    print(f"above Python: {quartiles(above, 3)} s")


if __name__ == "__main__":
    main(sys.argv[1:])
