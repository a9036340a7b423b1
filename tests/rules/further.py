"""More features of a small scenario: variants, goods that do not keep, quality, rivals, safety stock, frozen orders."""

from __future__ import annotations

from datetime import timedelta

from rules.features import classes, lines
from rules.world import START, World


def mixes(world: World) -> None:
    """Shares of the variants of a family, of one recipient or all, from the start or later, some of them twice."""
    classes(world)
    for item, recipient in (("kit", world.pick(None, "depot")), ("set", world.pick(None, "depot", "clinic"))):
        row = {"family": "kits", "item": item, "recipient": recipient}
        least, most = world.pick((0.25, None), (None, 0.6), (0.1, 0.4), (0.5, 0.5))
        world.tables.setdefault("mix", []).append(
            row | {"from": world.pick(None, world.day(0, 0.4)), "share_min": least, "share_max": most}
        )
        if world.chance(0.3):
            world.tables["mix"].append(row | {"from": world.day(0.5, 0.9), "share_max": world.pick(None, 0.8)})
    if world.chance():
        world.tables["mix"].pop(0)


def perishing(world: World) -> None:
    """Goods that keep for part of a period or for some, made, in stock and received at places along their way."""
    for item in world.tables["items"]:
        if item["item"] in ("kit", "plate"):
            item["shelf_life_d"] = world.pick(0.5, 1, 2.2, 3) * world.longest
    world.row("items", world.pick(0, 1))["shelf_life_d"] = world.pick(None, 1.5 * world.longest)
    world.add("stock", site="works", item="kit", qty=world.pick(4, 15))
    if world.chance():
        world.add("stock", site="town", item="kit", qty=5, date=world.day(0.1, 0.6))


def shipments(world: World) -> None:
    """Smallest shipments and costs of any shipment, on lanes with a capacity, counted in units or kilograms."""
    for item in world.tables["items"]:
        item.setdefault("mass", world.pick(0.5, 2))
    for lane in world.tables["lanes"]:
        unit = world.pick("unit", "kg")
        lane.update(capacity=world.pick(4, 9), cap_unit=unit, min_ship=world.pick(0, 2, 3), fixed_cost=world.pick(0, 2))
    world.row("lanes", 1)["min_ship"] = world.pick(2, 4)


def levels(world: World) -> None:
    """Two levels of inspection of one process, one of them by a sampling plan, and limits on what gets through."""
    classes(world)
    world.row("processes", 0)["escape"] = world.pick(0.02, 0.1)
    world.add("processes", process="test", site="works", item="set", mode_of="press", lead_d=world.lead())
    world.add("recipe", process="test", item="plate", qty=3)
    if world.chance():
        lot, n = world.pick((1000, 50), (20, 30))
        world.add("plans", process="test", lot=lot, n=n, c=world.pick(None, 2), defect=world.pick(0.02, 0.15))
    else:
        world.row("processes", -1)["escape"] = world.pick(None, 0.03)
    world.add("quality", family="kits", from_=world.pick(None, world.day(0, 0.4)), aoq_max=world.pick(0, 0.01, 0.04))
    if world.chance(0.4):
        world.add("quality", family="kits", from_=world.day(0.5, 0.9), aoq_max=world.pick(0.01, 0.06))


def rivals(world: World) -> None:
    """Others who want the line, the road, plates, and the grant if there is one; some for a time, some protected."""
    lines(world)
    targets = [("resource", "line"), ("lane", "road"), ("item", "plate@works"), ("item", "kit@town")]
    targets += [("fund", row["fund"]) for row in world.tables.get("funds", [])]
    for number, (kind, target) in enumerate(targets):
        world.add(
            "rivals",
            rival=f"rival{number}",
            kind=kind,
            target=target,
            qty=world.pick(1, 2.5, 4) if number else 2,
            protected=world.pick(None, 0, 0.4, 1) if number else 0.5,
            weight=world.pick(None, 3),
            **{"from": world.pick(None, world.day(0, 0.6)), "to": world.pick(None, world.day(0.6, 1.1))},
        )


def safety(world: World) -> None:
    """Safety stocks, one of them at a place with little room."""
    world.row("stock", 0)["safety"] = world.pick(3, 8)
    if not any(row["site"] == "town" for row in world.tables["stock"]):
        world.add("stock", site="town", item="kit", safety=world.pick(None, 2, 6))
    for row in world.tables["stock"]:
        if row.get("max") is not None and row.get("safety"):
            row["safety"] = min(row["safety"], row["max"])


def frozen(world: World) -> None:
    """A plan before this one, part of it frozen, on the same grid."""
    grid = world.config.get("calendar") or [[world.config["periods"], world.config["period_d"]]]
    edges = [0.0]
    for count, days in grid:
        edges += [edges[-1] + days * (at + 1) for at in range(count)]
    orders = [("make", "press", None), ("make", "dig", None), ("ship", "rail", "plate"), ("ship", "road", "kit")]
    orders += [("build", row["build"], None) for row in world.tables.get("builds", [])]
    orders += [("risk", row["build"], None) for row in world.tables.get("builds", []) if row.get("risk_gate")]
    for kind, key, item in orders:
        for at in range(len(edges) - 2):
            if world.chance(0.6):
                qty = world.pick(1, 2.5, 6)
                world.add("previous", kind=kind, key=key, item=item, from_d=edges[at], to_d=edges[at + 1], qty=qty)
    whole = [edge for edge in edges[1:-1] if edge == int(edge)]
    if whole:
        world.config["freeze_until"] = (START + timedelta(days=int(world.pick(*whole)))).isoformat()
