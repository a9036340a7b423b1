"""Where things are, how they are made and moved, and who works there."""

from __future__ import annotations

from generator.draft import START, Draft


def places(draft: Draft) -> None:
    for site in ("mine", "mill"):
        draft.add("sites", site=site, region="home", owner="state")
    draft.add("sites", site="abroad", region="far", owner="foreign")
    draft.add("sites", site="works", region="home", owner="state")
    draft.add("sites", site="hub", region="home", owner="carrier")
    draft.depots = [f"depot{number}" for number in range(1, int(draft.rng.integers(2, 5)))]
    for site in draft.depots:
        draft.add("sites", site=site, region="home", owner="carrier")
    if draft.features.openings and draft.chance(0.2):
        row = next(row for row in draft.tables["sites"] if row["site"] == "abroad")
        row[draft.pick(["opens", "closes"])] = draft.day(0.2, 0.8)


def goods(draft: Draft) -> None:
    draft.parts = [f"part{number}" for number in range(1, int(draft.rng.integers(2, 5)))]
    draft.products = ["kit", "kit2"] if draft.chance(0.4) else ["kit"]
    holding = draft.features.overheads and draft.chance(0.2)
    for item in (*draft.parts, "stand-in", "module"):
        draft.add(
            "items",
            item=item,
            mass=draft.between(0.1, 5),
            size=draft.between(0.01, 1),
            hold_cost=draft.between(0, 0.01, 4) if holding else None,
        )
    for product in draft.products:
        value = None if product == "kit" else draft.between(0.5, 2, 1)
        draft.add("items", item=product, family="kits", value=value, mass=draft.between(1, 5))
    for item in ("reject", "scrap"):
        draft.add("items", item=item)


def sources(draft: Draft) -> None:
    """Every part has a process at home; some have a second source abroad."""
    for part in draft.parts:
        home = draft.pick(["mine", "mill"])
        _source(draft, f"get-{part}", home, part, draft.between(5, 30))
        if draft.chance(0.3):
            _source(draft, f"buy-{part}", "abroad", part, draft.between(2, 15))
    _source(draft, "get-stand-in", "mill", "stand-in", draft.between(2, 10))


def _source(draft: Draft, process: str, site: str, item: str, rate: float) -> None:
    draft.add(
        "processes",
        process=process,
        site=site,
        item=item,
        max_rate=rate,
        lead_d=draft.lead(8),
        out_qty=draft.pick([None, None, 5]),
        yield_=draft.pick([None, draft.between(0.6, 1)]),
        unit_cost=draft.between(0.1, 2),
    )


def works(draft: Draft) -> None:
    """A module of parts, with a stand-in for the first; products of modules and parts."""
    draft.add("processes", process="make-module", site="works", item="module", lead_d=draft.lead(5))
    for part in draft.parts[:2]:
        draft.add("recipe", process="make-module", slot=part, item=part, qty=draft.pick([1, 2, 0.5]))
    if draft.features.shares and draft.chance(0.6):
        draft.add(
            "recipe",
            process="make-module",
            slot=draft.parts[0],
            item="stand-in",
            qty=draft.between(0.5, 2),
            share_max=draft.between(0.1, 0.9),
        )
    for product in draft.products:
        _product(draft, product)


def _product(draft: Draft, product: str) -> None:
    process = f"make-{product}"
    rejects = draft.features.shares and draft.chance(0.4)
    whole = draft.features.whole and draft.chance(0.15)
    draft.add(
        "processes",
        process=process,
        site="works",
        item=product,
        lead_d=draft.lead(4),
        yield_=draft.between(0.6, 0.95) if rejects else None,
        rework=draft.between(0.2, 1) if rejects else None,
        max_rate=draft.between(5, 20) if whole or draft.chance(0.3) else None,
        min_lot=draft.between(2, 10) if whole else None,
        unit_cost=draft.between(0.5, 3),
    )
    draft.add("recipe", process=process, slot="core", item="module", qty=draft.pick([1, 2]))
    if len(draft.parts) > 2:
        draft.add("recipe", process=process, item=draft.parts[2], qty=draft.between(0.5, 3))
    if rejects:
        draft.add("recipe", process=process, slot="bad", item="reject", qty=1, role="reject")
    if rejects and draft.chance(0.7):
        mend = f"mend-{product}"
        row = {"process": mend, "site": "works", "item": product, "lead_d": draft.lead(4)}
        draft.add("processes", **row, unit_cost=draft.between(0.1, 1))
        draft.add("recipe", process=mend, item="reject", qty=1)
    if draft.features.shares and draft.chance(0.2):
        draft.add("recipe", process=process, slot="rest", item="scrap", qty=0.3, role="out")


def network(draft: Draft) -> None:
    """Lanes from every source to the works, on to the hub and the depots; some direct, one back."""
    for site in ("mine", "mill", "abroad"):
        _lane(draft, site, "works")
    _lane(draft, "works", "hub")
    for depot in draft.depots:
        _lane(draft, "hub", depot)
        if draft.chance(0.3):
            _lane(draft, "works", depot)
    if draft.chance(0.2):
        back = max(2 * draft.longest, 3.0)
        draft.add("lanes", lane="back", from_="hub", to="works", item="module", lead_d=back)


def _lane(draft: Draft, start: str, end: str) -> None:
    narrow = draft.chance(0.5)
    draft.add(
        "lanes",
        lane=f"{start}-{end}",
        from_=start,
        to=end,
        lead_d=draft.lead(4),
        capacity=draft.between(10, 80) if narrow else None,
        cap_unit=draft.pick(["unit", "kg", None]) if narrow else None,
        unit_cost=draft.pick([None, draft.between(0, 0.2)]),
        loss=draft.pick([None, None, draft.between(0, 0.2)]),
    )


def stock(draft: Draft) -> None:
    for part in (*draft.parts, "module"):
        if draft.chance(0.5):
            room = draft.features.room and draft.chance(0.3)
            most = draft.between(20, 60) if room else None
            draft.add("stock", site="works", item=part, qty=draft.between(0, 40), max=most)
        if draft.chance(0.3):
            due = draft.day(0.1, 0.8)
            if due > START.isoformat():  # what is there on the first day is the row without a date
                draft.add("stock", site="works", item=part, qty=draft.between(1, 40), date=due)
    if draft.chance(0.3):
        draft.add("stock", site="hub", item="kit", qty=draft.between(0, 20))


def lines(draft: Draft) -> None:
    """A line at the works for modules and products, and ways to extend it."""
    draft.add("resources", resource="line", site="works", capacity=draft.between(5, 25))
    for user in ("make-module", *(f"make-{product}" for product in draft.products)):
        draft.add("uses", user=user, resource="line", qty=draft.between(0.3, 1))
    draft.add("resources", resource="furnace", site="mine", capacity=draft.between(10, 40))
    draft.add("uses", user=f"get-{draft.parts[0]}", resource="furnace", qty=1)
    for number, resource in enumerate(("line", "furnace")):
        if draft.chance(0.6):
            whole = draft.features.whole and draft.chance(0.3)
            draft.add(
                "builds",
                build=f"extend-{resource}",
                resource=resource,
                add=draft.between(2, 15),
                lead_d=draft.lead(20),
                ramp="slow" if draft.chance(0.5) else None,
                max=draft.pick([1, 1.5, 3]),
                integer="true" if whole else None,
                capex=draft.between(1, 50),
                life_d=draft.pick([None, None, 500.0]),
                opens=draft.day(0, 0.3) if number and draft.chance(0.3) else None,
            )
    step = draft.longest
    for age, share in ((0, 0.25), (step, 0.25), (step, 0.5), (2 * step, 0.5), (2 * step, 1)):
        draft.add("curves", curve="slow", x=age, y=share)


def overtime(draft: Draft) -> None:
    """Two segments on the line, one on the furnace, some of them for a while only."""
    if not draft.features.overtime or draft.chance(0.5):
        return
    line, furnace = draft.tables["resources"][:2]
    cost = draft.pick([None, 0.01])
    for segment, share, eff in (("evening", 0.2, 0.9), ("weekend", 0.3, 0.5)):
        draft.add("overtime", resource="line", segment=segment, share=share, eff=eff, cost=cost)
    line["ot_run_d"] = draft.pick([None, draft.longest, 2.5 * draft.longest])
    if draft.chance(0.5):
        furnace.update(ot_max=draft.between(0.1, 0.5), ot_eff=draft.pick([0.7, 1.0]))


def people(draft: Draft) -> None:
    if not draft.features.people or draft.chance(0.5):
        return
    wage = draft.pick([None, 0.001])
    draft.add("pools", pool="crew", heads=draft.between(20, 200, 0), quit=0.1, wage=wage)
    if draft.features.hiring and draft.chance(0.6):
        draft.tables["pools"][0].update(
            heads=draft.between(5, 60, 0),
            hire_max=draft.between(0.2, 3),
            train_d=draft.lead(0.3 * draft.horizon),
            train_eff=draft.pick([0.0, 0.5]),
            trainer_h=draft.pick([0.0, 1.0]),
            dropout=draft.pick([0.0, 0.2]),
            hire_cost=draft.pick([0.0, 0.5]),
        )
    draft.add("resources", resource="hands", site="works", capacity=1e4, pool="crew")
    for product in draft.products:
        draft.add("uses", user=f"make-{product}", resource="hands", qty=draft.between(5, 60))


def practice(draft: Draft) -> None:
    """Processes on the line that learn, together or each for itself."""
    if not draft.features.practice:
        return
    prior, shared = draft.between(5, 200), draft.chance(0.4)
    for row in draft.tables["processes"]:
        if row["process"].startswith("make-") and (shared or draft.chance(0.7)):
            row |= {"prior": prior, "progress": 0.8 if shared else draft.pick([0.5, 0.75, 0.9])}
            row["learn_group"] = "hands" if shared else None
