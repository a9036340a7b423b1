"""What a start takes and gives: slots with their alternates, outputs, and the load on resources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar, Kernel
from fullrate.case.axes import Axis, Coded
from fullrate.case.points import Points

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Recipes:
    """Rows of ``recipe`` as arrays, on the axis ``part`` (one per row), and slots that have a choice.

    Attributes:
        part: axis of recipe rows, labelled ``process|slot|item``.
        process: process of each part.
        point: stock point each part is taken from or given to.
        qty: units per start, shape (parts,).
        role: ``in``, ``out`` or ``reject``.
        slot: axis of slots that several alternatives may fill, labelled ``process|slot``.
        slot_of: slot of each part, -1 where the part has no alternative.
        slot_process: process of each slot.
        share_min: least share of the slot, shape (parts,).
        share_max: largest share of the slot, shape (parts,).
        taken: when an input is taken, by part and start period.
        given: when an output or reject is there, by part and start period.
    """

    part: Axis
    process: Ints
    point: Ints
    qty: Floats
    role: NDArray[np.object_]
    slot: Axis
    slot_of: Ints
    slot_process: Ints
    share_min: Floats
    share_max: Floats
    taken: Kernel
    given: Kernel

    @property
    def fixed(self) -> NDArray[np.bool_]:
        """Inputs without an alternative, mask of shape (parts,)."""
        mask: NDArray[np.bool_] = (self.role == "in") & (self.slot_of < 0)
        return mask

    @property
    def chosen(self) -> NDArray[np.bool_]:
        """Inputs with alternatives, mask of shape (parts,)."""
        return self.slot_of >= 0


def recipes_of(recipe: Coded, processes: Coded, points: Points, names: Axis, calendar: Calendar) -> Recipes:
    """Recipes of a scenario. A blank slot is a slot of its own, named after its item."""
    process, item = recipe.process, recipe.item
    slot = [text or points.items.labels[i] for text, i in zip(recipe.slot, item, strict=True)]
    labels = [f"{names.labels[p]}|{s}|{points.items.labels[i]}" for p, s, i in zip(process, slot, item, strict=True)]
    members: dict[tuple[int, str], list[int]] = {}
    for at, (p, s, role) in enumerate(zip(process, slot, recipe.role, strict=True)):
        if role == "in":
            members.setdefault((int(p), s), []).append(at)
    # A lone alternative whose share limits bite leaves no start that can be filled: a row must say so.
    limited = recipe.share_max < 1
    choices = {key: rows for key, rows in members.items() if len(rows) > 1 or limited[rows[0]]}
    slot_of = np.full(len(process), -1)
    for number, rows in enumerate(choices.values()):
        slot_of[rows] = number
    offset = recipe.offset_d
    return Recipes(
        part=Axis("part", tuple(labels)),
        process=process,
        point=points.at(processes.site[process], item) if len(process) else process,
        qty=recipe.qty,
        role=recipe.role,
        slot=Axis("slot", tuple(f"{names.labels[p]}|{s}" for p, s in choices)),
        slot_of=slot_of,
        slot_process=np.array([p for p, _ in choices], np.int64),
        share_min=recipe.share_min,
        share_max=recipe.share_max,
        taken=calendar.arrivals(offset),
        given=calendar.arrivals(offset + processes.lead_d[process]),
    )
