"""Units in use that fail: in two kinds of conditions, some by their age, some repaired at the works."""

from __future__ import annotations

from generator.draft import Draft


def fielded(draft: Draft) -> None:
    """What is needed fails in use, and only what works counts."""
    if not draft.features.fielded:
        return
    draft.config["coverage"] = "serviceable"
    for row in draft.tables["needs"]:
        row.pop("late", None)
    for row in draft.tables["recipients"]:
        row["environment"] = draft.pick([None, "harsh"])
    wanted = {row["item"] for row in draft.tables["needs"]}
    items = [*draft.products, *(["module"] if "module" in wanted else [])]
    for item in items:
        repaired = draft.chance(0.6)
        if repaired:
            draft.add("items", item=f"worn-{item}")
            draft.add(
                "processes", process=f"repair-{item}", site="works", item=item, lead_d=draft.lead(4), unit_cost=0.2
            )
            draft.add("recipe", process=f"repair-{item}", item=f"worn-{item}", qty=1)
            for depot in draft.depots:
                back = 2 * draft.longest
                draft.add("lanes", lane=f"{depot}-{item}", from_=depot, to="works", item=f"worn-{item}", lead_d=back)
        for environment, times in ((None, 1), ("harsh", draft.between(1.5, 4))):
            draft.add(
                "reliability",
                item=item,
                environment=environment,
                mtbf_d=draft.between(0.5, 4) * draft.horizon,
                af=times,
                shape=draft.pick([None, None, 1.8, 0.7]),
                repairable=draft.between(0.2, 1) if repaired else None,
                failed=f"worn-{item}" if repaired else None,
            )
    defects = draft.pick([None, None, 0.04])
    for item in items:
        mine = [row for row in draft.tables["processes"] if row["item"] == item]
        for row in mine:
            row["escape"] = max(one.get("escape") or 0.0 for one in mine) or defects
