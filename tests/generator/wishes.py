"""What else is wanted: by rivals, and in stock."""

from __future__ import annotations

from generator.draft import Draft


def wishes(draft: Draft) -> None:
    """Others who want the line, the lane to the hub, modules and money; a safety stock of a part."""
    if not draft.features.wishes or draft.chance(0.5):
        return
    targets = [("resource", "line", 8), ("lane", "works-hub", 10), ("item", "module@works", 2)]
    targets += [("fund", row["fund"], 20) for row in draft.tables.get("funds", [])]
    for number, (kind, target, most) in enumerate(targets):
        if draft.chance(0.5):
            late = draft.chance(0.4)
            draft.add(
                "rivals",
                rival=f"rival{number}",
                kind=kind,
                target=target,
                qty=draft.between(0.2, most),
                protected=draft.pick([None, 0, 0.5]),
                from_=draft.day(0.1, 0.4) if late else None,
                to=draft.day(0.5, 0.9) if late else None,
                weight=draft.pick([None, 2.0]),
                civil=draft.pick([None, "false"]),
            )
    mine = [row for row in draft.tables.get("stock", []) if row.get("date") is None and row.get("max") is None]
    if mine and draft.chance(0.5):
        draft.pick(mine)["safety"] = draft.between(1, 20)
