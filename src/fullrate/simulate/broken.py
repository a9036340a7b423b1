"""A balance that does not close: raised, and kept so that it can be looked at."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fullrate.simulate.state import Model
from fullrate.tables import Tables


class Broken(RuntimeError):
    """Goods appeared or vanished in an execution: a fault of the program, never of the scenario."""

    @staticmethod
    def at(tables: Tables, model: Model, fault: NDArray[np.int64]) -> Broken:
        """The fault of a period (0-based), a stock point or the store of a need, and a sample."""
        period, point, sample = (int(number) for number in fault)
        needs = model.network.stores.needs
        what = f"balance of stock point {point}" if point < needs else f"count of what works for need {point - needs}"
        return Broken(f"the {what} does not close in period {period + 1} of sample {sample} of {tables.config.name!r}")


def keep(fault: Broken, tables: Tables, state: NDArray[np.float64], folder: Path | None) -> Broken:
    """Write the scenario and the state of the block into a new folder, and say where."""
    place = Path(tempfile.mkdtemp(prefix="broken-", dir=folder or Path.cwd()))
    for name, frame in tables.written.items():
        if len(frame):
            frame.write_csv(place / f"{name}.csv")
    (place / "settings.txt").write_text("\n".join(f"{name} = {text}" for name, text in tables.settings.items()))
    np.save(place / "state.npy", state)
    return Broken(f"{fault}; the case is kept in {place.name}")
