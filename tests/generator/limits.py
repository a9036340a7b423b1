"""Who needs what, and what stands in the way: gates, money, restrictions, values that change."""

from __future__ import annotations

from datetime import timedelta

from generator.draft import START, Draft


def gates(draft: Draft) -> None:
    """A small network of gates before second sources, the second product and a build."""
    if not draft.features.gates or draft.chance(0.3):
        return
    unsure = draft.features.chance and draft.chance(0.4)
    for gate in ("trial", "review", "licence"):
        duration = draft.lead(0.2 * draft.horizon)
        draft.add(
            "gates",
            gate=gate,
            duration_d=duration,
            pass_=draft.between(0.5, 0.95) if unsure else None,
            retry_d=max(1.0, duration / 2) if unsure else None,
            fix=draft.between(0, 0.5) if unsure else None,
            cost=draft.pick([None, 0.5]) if draft.features.overheads else None,
        )
    if draft.features.whole and draft.chance(0.3):
        row = draft.tables["gates"][draft.pick([0, 0, 1])]
        row.update(needs_item=draft.parts[0], needs_qty=draft.between(1, 12), needs_site="works")
    grid = None if draft.features.coarse else 0
    draft.add("links", before="trial", after="review", lag_d=draft.pick([None, grid or draft.longest]))
    draft.add("links", before="trial", after="licence", kind=draft.pick(["FS", "SS"]))
    for row in draft.tables["processes"]:
        if row["process"].startswith("buy-") or row["process"] == "make-kit2":
            row["gate"] = draft.pick(["review", "licence"])
    for row in draft.tables.get("builds", [])[:1]:
        row["gate"] = "trial"
        if not any("needs_item" in gate for gate in draft.tables["gates"]) and draft.chance(0.5):
            row.update(risk_gate="trial", redo=draft.pick([None, 0.3, 1]))


def offices(draft: Draft) -> None:
    """An office that the contracts of builds, and some gates, have to pass."""
    if not draft.features.offices or draft.chance(0.6):
        return
    draft.add("resources", resource="office", site="works", capacity=draft.between(0.1, 2))
    for row in draft.tables.get("builds", []):
        draft.add("uses", user=row["build"], resource="office", qty=draft.between(0.5, 4))
    for row in draft.tables.get("gates", [])[:2]:
        if draft.features.overheads and draft.chance(0.4):
            draft.add("uses", user=row["gate"], resource="office", qty=draft.between(0.5, 4))


def money(draft: Draft) -> None:
    if not draft.features.money or draft.chance(0.4):
        return
    draft.add("funds", fund="budget", carry=draft.pick(["true", "true", "false", None]))
    for number in range(int(draft.rng.integers(1, 5))):
        when = START if number == 0 else START + timedelta(days=int(number * draft.horizon / 5))
        amount = draft.between(100, 3000)
        draft.add("allotments", fund="budget", date=when.isoformat(), amount=amount)
    if draft.chance(0.5):
        draft.config["fund"] = "budget"
        return
    if draft.features.overheads and draft.chance(0.3):
        expires = draft.day(0.5, 1.0)
        draft.tables["funds"][0]["expires"] = expires
        draft.tables["allotments"] = [row for row in draft.tables["allotments"] if row["date"] < expires]
    for table in ("processes", "lanes", "builds", "pools", "gates"):
        for row in draft.tables.get(table, []):
            if draft.chance(0.5):
                row["fund"] = "budget"


def recipients(draft: Draft) -> None:
    for depot in draft.depots:
        draft.add(
            "recipients",
            recipient=f"people-{depot}",
            site=depot,
            class_=draft.pick([1, 1, 2]) if draft.features.classes else None,
            weight=draft.pick([None, None, draft.between(0.5, 3)]),
        )


def needs(draft: Draft) -> None:
    wanted = ["kit", "kits"] if len(draft.products) > 1 else ["kit"]
    for depot in draft.depots:
        for number in range(draft.pick([1, 1, 2])):
            row = {
                "need": f"need-{depot}-{number}",
                "recipient": f"people-{depot}",
                "item": draft.pick([*wanted, *(["module"] if number else [])]),
                "qty": draft.between(5, 2.5 * draft.horizon),
            }
            if draft.features.late_needs and draft.chance(0.4):
                row["from"] = draft.day(0.0, 0.3)
                if draft.chance(0.6):
                    row["until"] = draft.day(0.5, 0.9)
                row["late"] = draft.pick(["backlog", "lost"])
            if draft.features.classes and draft.chance(0.1):
                row["class"] = 3
            draft.add("needs", **row)


def restrictions(draft: Draft) -> None:
    """Only what has another way: the sources abroad, the stand-in."""
    if not draft.features.barred or draft.chance(0.5):
        return
    kind, target = draft.pick(
        [
            ("site", "abroad"),
            ("region", "far"),
            ("owner", "foreign"),
            ("item", "stand-in"),
            ("lane", "abroad-works"),
        ]
    )
    until = draft.day(0.5, 1.0) if draft.features.coarse and draft.chance(0.4) else None
    draft.add(
        "restrictions",
        restriction="bar",
        kind=kind,
        target=target,
        from_=draft.day(0.0, 0.4),
        to=until,
        stock="true" if draft.features.room and draft.chance(0.3) else None,
        basis="policy",
    )


def series(draft: Draft) -> None:
    if not draft.features.moving:
        return
    for table, key, column, low, high in (
        ("resources", "line", "capacity", 5, 30),
        ("processes", "get-part1", "max_rate", 3, 30),
        ("processes", "get-part1", "yield", 0.5, 1),
        ("processes", "make-kit", "unit_cost", 0.5, 3),
        ("lanes", "works-hub", "capacity", 10, 60),
        ("lanes", "works-hub", "unit_cost", 0, 0.2),
    ):
        if draft.chance(0.2):
            when = sorted({draft.day(0.1, 0.9), draft.day(0.1, 0.9)})
            for day in when:
                value = draft.between(low, high)
                draft.add("series", table=table, key=key, column=column, date=day, value=value)
