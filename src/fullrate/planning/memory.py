"""Whether a program fits into this machine, asked before memory is spent on it."""

from __future__ import annotations

from fullrate.case import Case
from fullrate.case.size import derived, estimate
from fullrate.findings import Finding, Refused, Severity
from fullrate.tables import Tables

GIB = 2.0**30


def free() -> float:
    """Bytes that a process may take on this machine now without swapping."""
    import psutil

    return float(psutil.virtual_memory().available)


def refuse_tables(tables: Tables, most: float) -> None:
    """Refuse tables whose arrays over periods alone need more than ``most`` bytes.

    Raises:
        Refused: with FR703.
    """
    if derived(tables) > most:
        raise Refused([_too_large(tables, f"its arrays over {tables.config.count} periods", derived(tables), most)])


def refuse_case(tables: Tables, case: Case, most: float) -> None:
    """Refuse a case whose program needs more than ``most`` bytes.

    Raises:
        Refused: with FR703.
    """
    size = estimate(case)
    if size.memory > most:
        counts = (f"{short(size.rows)} rows", f"{short(size.columns)} columns", f"{short(size.entries)} entries")
        raise Refused([_too_large(tables, f"a program of about {', '.join(counts)}", size.memory, most)])


def _too_large(tables: Tables, what: str, needed: float, most: float) -> Finding:
    return Finding(
        "FR703",
        Severity.ERROR,
        "too large for the memory",
        table="scenario",
        column="calendar" if tables.config.calendar else "periods",
        found=f"“{tables.config.name}” needs {what}: about {_amount(needed)} of memory",
        allowed=f"at most {_amount(most)}",
        help="take longer periods later on (`calendar`), a shorter horizon, `--preview`, or join recipients; "
        "`--memory GIB` allows more",
    )


def _amount(memory: float) -> str:
    return f"{memory / GIB:.1f} GiB" if memory >= 0.1 * GIB else f"{memory / 2**20:.1f} MiB"


def short(count: int) -> str:
    """A count with two digits: 8400, 95 thousand, 1.2 million."""
    for unit, word in ((1e6, " million"), (1e3, " thousand")):
        if count >= 10 * unit or (unit == 1e6 and count >= unit):
            return f"{count / unit:.2g}{word}" if count < 100 * unit else f"{count / unit:.0f}{word}"
    return str(count)
