"""One more feature of a small scenario: what has been delivered fails, is mended or replaced."""

from __future__ import annotations

from rules.world import World


def fielded(world: World) -> None:
    """Only what works counts; kits fail, faster at the clinic, some defective from the start; some can be mended."""
    world.config["coverage"] = "serviceable"
    world.add("items", item="broken")
    for recipient in world.tables["recipients"]:
        recipient["environment"] = world.pick(None, "harsh")
    life = {"item": "kit", "mtbf_d": world.pick(0.8, 2, 5) * world.longest, "shape": world.pick(None, None, 2, 0.7)}
    mended = {"repairable": world.pick(None, 0.5), "failed": world.pick("broken", "broken", None)}
    world.add("reliability", **life, **mended)
    world.add("reliability", **life, **mended, environment="harsh", af=world.pick(None, 0.5, 3))
    if any(item["item"] == "set" for item in world.tables["items"]) and world.chance():
        for conditions in (None, "harsh"):
            world.add("reliability", item="set", environment=conditions, mtbf_d=3 * world.longest)
    for need in world.tables["needs"]:
        need.pop("late", None)
    world.add("processes", process="fix", site="town", item="kit", lead_d=world.lead(), max_rate=world.pick(1, 4, None))
    world.add("recipe", process="fix", item="broken", qty=1)
    world.add("stock", site="town", item="kit", qty=world.pick(5, 20))
    if world.chance():
        world.row("processes", 0)["escape"] = world.pick(0.05, 0.2)
