"""What limits the variants, the age, the shipments and the quality of what a drawn scenario delivers."""

from __future__ import annotations

from generator.draft import Draft


def mix(draft: Draft) -> None:
    """A least or largest share of the second product, of all recipients or of one, sometimes from a later day."""
    if not draft.features.mix or len(draft.products) < 2 or draft.chance(0.5):
        return
    least = draft.chance(0.5)
    draft.add(
        "mix",
        family="kits",
        item="kit2",
        recipient=draft.pick([None, f"people-{draft.depots[0]}"]),
        from_=draft.day(0.1, 0.5) if draft.chance(0.3) else None,
        share_min=draft.between(0.05, 0.5) if least else None,
        share_max=None if least else draft.between(0.1, 0.8),
    )


def perishable(draft: Draft) -> None:
    """A part or the product keeps for some periods only."""
    if not draft.features.perishable or draft.chance(0.7):
        return
    name = draft.pick([draft.parts[0], "kit"])
    row = next(row for row in draft.tables["items"] if row["item"] == name)
    row["shelf_life_d"] = round(draft.between(1, 6) * draft.longest, 1)


def shipments(draft: Draft) -> None:
    """One lane on which little does not leave, or every shipment costs."""
    if not draft.features.shipments or not draft.features.whole or draft.chance(0.8):
        return
    row = next(row for row in draft.tables["lanes"] if row["lane"] == "works-hub")
    row["fixed_cost"] = draft.between(0.1, 2) if draft.chance(0.5) else None
    row["min_ship"] = draft.between(1, 8) if row["fixed_cost"] is None else None
    draft.tables["lanes"] = [{name: x for name, x in one.items() if x is not None} for one in draft.tables["lanes"]]


def quality(draft: Draft) -> None:
    """The second product has other defects than the first, and a limit on both that the first alone breaks.

    The largest share of the second is 0.1 at least, which brings all to 0.9 x 0.05 + 0.1 x 0.01 = 0.046; for 0.04 it
    takes a quarter.
    """
    if not draft.features.quality or len(draft.products) < 2 or draft.chance(0.6):
        return
    for row in draft.tables["processes"]:
        if row["item"] in draft.products:
            row["escape"] = 0.05 if row["item"] == "kit" else 0.01
    most = min((row.get("share_max", 1.0) for row in draft.tables.get("mix", [])), default=1.0)
    begin = draft.day(0.1, 0.4) if draft.chance(0.3) else None
    draft.add("quality", family="kits", from_=begin, aoq_max=0.04 if most > 0.25 else 0.047)
