"""What a small scenario may have besides: each feature changes a world."""

from __future__ import annotations

from rules.world import World


def rates(world: World) -> None:
    """Rates, some without limit, some that change."""
    world.row("processes", 0)["max_rate"] = world.pick(2, 3.5, 6)
    if world.chance():
        world.row("processes", 1)["max_rate"] = world.pick(0, 4)
    if world.chance(0.7):
        world.moving("processes", world.pick("press", "dig"), "max_rate", 0, 1.5, 5)


def repair(world: World) -> None:
    """Rejects that are mended, a by-product that comes late, and yields that change."""
    world.row("processes", 0).update(
        {"yield": world.pick(0.6, 0.8), "rework": world.pick(0.5, 1), "out_qty": world.pick(1, 4)}
    )
    for item in ("dud", "scrap"):
        world.add("items", item=item)
    world.add("recipe", process="press", item="dud", qty=1, role="reject")
    world.add("recipe", process="press", item="scrap", qty=0.5, role="out", offset_d=world.lead())
    world.add("processes", process="mend", site="works", item="kit", lead_d=world.longest * 1.5, yield_=0.9)
    world.add("recipe", process="mend", item="dud", qty=1, offset_d=world.lead())
    if world.chance():
        world.moving("processes", "press", "yield", 0.5, 0.9)


def choice(world: World) -> None:
    """A slot with alternatives and shares, a slot whose only item may not fill it, and inputs taken later."""
    world.add("items", item="sheet")
    world.add("items", item="glue")
    world.row("recipe", 0).update(slot="steel", share_min=world.pick(0, 0.25), offset_d=world.lead())
    world.add(
        "recipe",
        process="press",
        slot="steel",
        item="sheet",
        qty=4,
        share_max=world.pick(0.5, 1),
        offset_d=world.lead(),
    )
    world.add("stock", site="works", item="sheet", qty=30)
    if world.chance(0.3):
        world.add("recipe", process="dig", slot="binder", item="glue", qty=1, share_max=0.5)
        world.add("stock", site="mine", item="glue", qty=5)


def freight(world: World) -> None:
    """Lanes counted in units, kilograms or cubic metres, with losses and capacities that change."""
    for item in world.tables["items"]:
        item.update(mass=world.pick(0, 0.5, 2), size=world.pick(0.1, 1))
    for lane in world.tables["lanes"]:
        lane.update(capacity=world.pick(3, 5, 8), cap_unit=world.pick("unit", "kg", "m3"), loss=world.pick(0, 0.1, 0.5))
    if world.chance():
        world.row("lanes", 1)["capacity"] = None
    if world.chance():
        world.moving("lanes", "rail", "capacity", 0, 2, 9)
    world.add("stock", site="works", item="kit", qty=6)


def lines(world: World) -> None:
    """A line that two processes share, and a resource nothing loads; once."""
    if any(row["resource"] == "line" for row in world.tables.get("resources", [])):
        return
    world.add("resources", resource="line", capacity=world.pick(0, 4, 6), site="works")
    world.add("resources", resource="drill", capacity=world.pick(3, None))
    world.add("uses", user="press", resource="line", qty=world.pick(1, 1.5))
    world.add("uses", user="dig", resource="line", qty=world.pick(0, 0.5))
    world.add("uses", user="dig", resource="drill", qty=1)
    if world.chance():
        world.moving("resources", "line", "capacity", 1, 5, 8)


def practice(world: World) -> None:
    """Processes that learn, alone or together, with uses that do not."""
    lines(world)
    shared = {"learn_group": world.pick(None, "shop")}
    shared |= {"progress": world.pick(0.5, 0.7, 0.9), "prior": world.pick(None, 4, 30)}
    world.row("processes", 0).update(shared)
    world.row("processes", 1).update(
        shared if world.chance() else {"progress": 0.8, "prior": 2, "learn": world.pick(None, "slp", "none")}
    )
    for use in world.tables["uses"][1:]:
        use["learns"] = world.pick(None, "true", "false")


def builds(world: World) -> None:
    """Builds with ramps: at once, in steps, along a line, up and down; some whole, some that retire."""
    if "resources" not in world.tables:
        lines(world)
    day = world.longest / 2
    for x, y in ((0, 0.25), (day, 0.25), (day, 0.5), (3 * day, 0.5), (3 * day, 1)):
        world.add("curves", curve="steps", x=x, y=y)
    for x, y in ((0, 0), (2 * day, 0.7), (2.6 * day, 1.0), (4 * day, 0.8)):
        world.add("curves", curve="slope", x=x, y=y)
    for name, resource in (("second", "line"), ("third", "line"), ("rig", "drill")):
        world.add(
            "builds",
            build=name,
            resource=resource,
            add=world.pick(2, 5),
            lead_d=world.lead(),
            ramp=world.pick(None, "steps", "slope"),
            max=world.pick(1, 2.5, 3),
            integer=world.chance(0.4),
            life_d=world.pick(None, 1.5 * world.longest, 3.3 * world.longest),
        )


def crew(world: World) -> None:
    """Two resources that share the heads of a pool, some of whom leave."""
    lines(world)
    world.add(
        "pools", pool="shift", heads=world.pick(0, 1, 2), hours=world.pick(None, 3), quit=world.pick(None, 0, 0.9)
    )
    for resource in world.tables["resources"]:
        resource["pool"] = "shift"


def hiring(world: World) -> None:
    """Hires who are trained for a while, some of whom leave, and instructors who are kept from work."""
    if "pools" not in world.tables:
        crew(world)
    world.row("pools", 0).update(
        hire_max=world.pick(0.3, 1),
        train_d=world.lead(),
        train_eff=world.pick(0, 0.4),
        trainer_h=world.pick(0, 0.5, 2),
        dropout=world.pick(0, 0.3),
        hire_cost=world.pick(0, 4),
    )
    world.row("pools", 0)["heads"] = world.pick(1, 2)
    world.add("pools", pool="office", heads=world.pick(0, 2), hours=2, hire_max=world.pick(0, 0.5))
    if world.chance(0.3):
        world.row("resources", -1)["pool"] = "office"


def overtime(world: World) -> None:
    """Segments of falling output, kept up for a while, and one that columns of the resource describe."""
    lines(world)
    world.row("resources", 0)["capacity"] = world.pick(2, 5)
    for segment, share, eff in (("evening", 0.2, 0.9), ("weekend", 0.3, 0.5)):
        world.add("overtime", resource="line", segment=segment, share=share, eff=eff, cost=world.pick(None, 0.5, 2))
    for resource in world.tables["resources"]:
        resource["ot_run_d"] = world.longest * world.pick(0.3, 1, 1.4)
    world.row("resources", 1).update(ot_max=world.pick(0.4, 1), ot_eff=world.pick(None, 0.8), ot_cost=world.pick(0, 1))
    world.row("resources", 1)["capacity"] = 3


def money(world: World) -> None:
    """Funds that carry, lapse and expire, prices that change, and costs without a fund."""
    if "pools" not in world.tables:
        crew(world)
    world.add("funds", fund="grant", carry=world.chance(0.7), expires=world.pick(None, world.day(0.3, 0.9)))
    world.add("funds", fund="loan", carry=world.chance(), expires=world.pick(None, world.day(0.1, 1.2)))
    for fund, low, high in (("grant", 0, 0.1), ("grant", 0.2, 0.7), ("loan", 0, 0.3), ("loan", 0.4, 1.2)):
        world.add("allotments", fund=fund, date=world.day(low, high), amount=world.pick(20, 60, 90))
    world.config |= world.pick({}, {"fund": "grant"})
    world.config["discount"] = world.pick(0, 0.5)
    funds = (None, "grant", "loan")
    for row, cost in ((world.row("processes", 0), "unit_cost"), (world.row("lanes", 0), "unit_cost")):
        row.update({cost: world.pick(0, 1.5, 3), "fund": world.pick(*funds)})
    world.row("items", 0)["hold_cost"] = world.pick(0, 0.2)
    world.row("pools", 0).update(wage=world.pick(None, 0.7), fund=world.pick(*funds))
    for resource in world.tables["resources"]:
        resource["fund"] = world.pick(*funds)
    for build in world.tables.get("builds", []):
        build.update(capex=world.pick(0, 15), fund=world.pick(*funds))
    if world.chance():
        world.moving("processes", "press", "unit_cost", 0, 1, 5)
    own = world.apart()
    if own.chance():
        world.config["spend_max"] = own.pick(10, 40)
        for build in world.tables.get("builds", []):
            build["life_d"] = own.pick(None, 6, 30)


def gates(world: World) -> None:
    """Gates in a net, one of which may have to be tried again."""
    share = world.horizon / 6
    for name in ("design", "trial", "licence"):
        world.add("gates", gate=name, duration_d=world.pick(0, 0.5, 1, 1.3) * share)
    world.add("links", before="design", after="trial", lag_d=world.pick(0, share / 2), overlap=world.pick(0, 0.5))
    world.add("links", before="design", after="licence", kind="SS", lag_d=world.pick(0, share))
    early = {"overlap": 0.25, "redo": world.pick(None, 0.5)} if world.chance() else {}
    world.add("links", before="trial", after="licence", **early)
    if world.chance(0.25):
        world.row("gates", 1).update(
            {"pass": 0.6, "retry_d": world.pick(None, 0, share / 2), "fix": world.pick(0, 0.5)}
        )
        world.row("gates", 1)["max_tries"] = world.pick(None, 1, 3)
        world.config["gate_quantile"] = world.pick(0.5, 0.8)
    if world.chance(0.25):
        world.row("gates", 2).update(mtbf_target=world.pick(30, 60), test_h=world.pick(None, 200))
        for hours in (4, 11, 30, 62, 120, 190):
            world.add("failures", gate="licence", hours=hours)
    world.row("processes", 0)["gate"] = world.pick("trial", "licence")
    for build in world.tables.get("builds", [])[:2]:
        build["gate"] = world.pick(None, "design", "licence")


def paid(world: World) -> None:
    """Gates that cost money in front of what has a capacity."""
    gates(world)
    for at in (0, 2):
        world.row("gates", at)["cost"] = world.pick(0, 4, 9)
    world.row("gates", 1)["cost"] = 5
    for process in world.tables["processes"]:
        process["max_rate"] = process.get("max_rate") or 4
    world.row("processes", 1)["gate"] = world.pick(None, "design")


def office(world: World) -> None:
    """An office that builds and gates have to pass, and that can be enlarged itself."""
    if "builds" not in world.tables:
        builds(world)
    if "gates" not in world.tables:
        gates(world)
    pool = "shift" if "pools" in world.tables else None
    world.add("resources", resource="desk", capacity=world.pick(0, 0.4, 1), pool=pool)
    for build in ("second", "third", "rig"):
        world.add("uses", user=build, resource="desk", qty=world.pick(1, 2))
    for gate in ("design", "licence"):
        world.add("uses", user=gate, resource="desk", qty=world.pick(0, 0.5, 1.5))
    world.add("builds", build="clerks", resource="desk", add=1, lead_d=world.lead(), max=2)
    world.add("uses", user="clerks", resource="desk", qty=world.pick(0, 0.5))


def barred(world: World) -> None:
    """Restrictions of every kind, with and without stock."""
    world.add("stock", site="mine", item="plate", qty=7, date=world.day(0.3, 0.6))
    world.add("stock", site="town", item="kit", qty=3)
    targets = (("site", "works"), ("site", "mine"), ("site", "town"), ("region", "north"), ("owner", "acme"))
    for number in range(world.pick(1, 1, 2)):
        kind, target = world.pick(*targets, ("item", "plate"), ("item", "kit"), ("lane", "rail"), ("lane", "road"))
        days = {"from": world.pick(None, *[world.day(0, 0.6)] * 2), "to": world.pick(None, *[world.day(0.6, 1.1)] * 2)}
        item = None if kind == "item" else world.pick(None, "kit", "plate")
        row = {"restriction": f"ban{number}", "kind": kind, "target": target, "item": item, "stock": world.chance()}
        world.tables.setdefault("restrictions", []).append(row | days)
    own = world.apart()
    for lane in world.tables["lanes"]:
        lane["corridor"] = own.pick(None, "strait")
    places = [("corridor", "strait")] if any(lane["corridor"] for lane in world.tables["lanes"]) else []
    places += [("resource", row["resource"]) for row in world.tables.get("resources", [])]
    if places and own.chance(0.7):
        kind, target = own.pick(*places)
        item = own.pick(None, None, "kit")
        row = {"restriction": "closure", "kind": kind, "target": target, "item": item, "stock": own.chance()}
        days = {"from": own.pick(None, own.day(0, 0.6)), "to": own.pick(None, own.day(0.6, 1.1))}
        world.tables["restrictions"].append(row | days)


def storms(world: World) -> None:
    """Outages that are certain and leave a share, some of which come back along a curve."""
    world.add("curves", curve="mending", x=0, y=world.pick(0, 0.3))
    world.add("curves", curve="mending", x=2 * world.longest, y=world.pick(0.6, 1))
    world.row("processes", 0).setdefault("max_rate", 5)
    places = [("lane", "rail"), ("corridor", "strait"), ("item", "kit"), ("owner", "acme"), ("region", "north")]
    places += [("resource", row["resource"]) for row in world.tables.get("resources", [])] * 2
    for lane in world.tables["lanes"]:
        lane["corridor"] = world.pick(None, "strait")
    world.row("lanes", 0)["corridor"] = "strait"
    line = {"kind": "resource", "target": "line", "from_": world.day(0, 0.2), "duration_d": 2.3 * world.longest}
    world.add("risks", risk="flood", prob=1, left=world.pick(0, 0.3), **line)
    for number in range(world.pick(0, 1, 2)):
        kind, target = world.pick(*places)
        world.add(
            "risks", risk=f"storm{number}", kind=kind, target=target, prob=1, from_=world.day(-0.1, 0.5),
            duration_d=world.pick(0.4, 1, 2.3) * world.longest, left=world.pick(0, 0.3, 0.5),
            recovery=world.pick(None, None, "mending"),
        )  # fmt: skip


def openings(world: World) -> None:
    """Sites that open late or close early, builds and needs that begin later."""
    for site in world.tables["sites"]:
        site.update(opens=world.pick(None, world.day(0, 0.5)), closes=world.pick(None, world.day(0.5, 1.1)))
    world.row("sites", 1)["opens"] = world.day(0.2, 0.5)
    for build in world.tables.get("builds", []):
        build["opens"] = world.pick(None, world.day(0, 0.7))
    world.row("needs", 0)["from"] = world.pick(None, world.day(0, 0.8))
    own = world.apart()
    if own.chance():
        world.config["decided"] = own.day(0, 0.4)


def lots(world: World) -> None:
    """Minimum lots in front of rates and lines."""
    world.row("processes", 0).update(min_lot=world.pick(2, 5), max_rate=world.pick(4, 9))
    lines(world)
    if world.chance():
        world.row("processes", 1).update(min_lot=3, max_rate=8)


def accruing(world: World) -> None:
    """Needs that come into being over time, from the start or later, beyond the horizon too."""
    world.row("needs", 0).update({"until": world.day(0.7, 1.3), "from": world.pick(None, world.day(0, 0.5))})
    world.row("needs", 1)["until"] = world.pick(None, world.day(0.1, 0.8))


def lost(world: World) -> None:
    """Needs that are lost when late, at once or over time."""
    world.row("needs", 1)["late"] = "lost"
    if world.chance(0.7):
        world.row("needs", 1)["until"] = world.day(0.5, 1.3)
    world.row("needs", 1)["from"] = world.pick(None, world.day(0, 0.4))


def classes(world: World) -> None:
    """A family of items of unlike value, classes, a need of nothing, several needs of one recipient."""
    if any(row["item"] == "set" for row in world.tables["items"]):
        return
    world.row("items", 0)["family"] = "kits"
    world.add("items", item="set", family="kits", value=world.pick(0.5, 2, 0))
    world.add("stock", site="works", item="set", qty=9)
    world.row("needs", 0)["item"] = "kits"
    world.row("recipients", 1)["class"] = world.pick(1, 2)
    world.add("needs", need="more", recipient="depot", item="set", qty=world.pick(5, 12), class_=world.pick(None, 1, 3))
    world.add("needs", need="none", recipient="clinic", item="kit", qty=0)


def room(world: World) -> None:
    """Little room, and receipts that are due, on the grid and off it."""
    world.row("stock", 0)["max"] = world.pick(0, 8, 20)
    world.add("stock", site="town", item="kit", qty=world.pick(0, 3), max=world.pick(None, 5, 11))
    world.add("stock", site="works", item="plate", qty=5, date=world.day(0.1, 1.2))
    world.add("stock", site="works", item="plate", qty=2.5, date=world.day(0.1, 0.3))
