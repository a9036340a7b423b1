"""More features of a small scenario: gates that use up articles, and builds at the risk of their gate."""

from __future__ import annotations

from rules.features import builds, gates
from rules.world import World


def tested(world: World) -> None:
    """A gate that uses up plates, one that uses up kits of which some are there, or both; others wait for them."""
    if "gates" not in world.tables:
        gates(world)
    world.tables.pop("failures", None)
    for gate in world.tables["gates"]:
        gate.pop("mtbf_target", None)
    for at in world.pick((0,), (0,), (1,), (0, 1), (2,)):
        item = world.pick("plate", "kit")
        world.row("gates", at).update(needs_item=item, needs_qty=world.pick(0, 3, 5, 7, 7), needs_site="works")
    for gate in world.tables["gates"][1:]:
        gate.update(
            cost=world.pick(None, 3, 30), fund="grant" if "funds" in world.tables and world.chance(0.8) else None
        )
    if world.chance():
        world.row("gates", 1).update({"pass": 0.4, "retry_d": world.pick(None, 0), "fix": world.pick(0, 0.5)})
        world.config["gate_quantile"] = world.pick(0.5, 0.9)
    if world.chance():
        world.add("stock", site="works", item="kit", qty=8)
    for process in world.tables["processes"]:
        process["max_rate"] = process.get("max_rate") or 4
    world.row("processes", 0)["gate"] = world.pick("trial", "licence", "licence")


def risky(world: World) -> None:
    """Builds that may start at the risk of their gate, some at once, some to be redone in part."""
    if "builds" not in world.tables:
        builds(world)
    if "gates" not in world.tables:
        gates(world)
    articles = any(gate.get("needs_item") for gate in world.tables["gates"])
    for gate in world.tables["gates"]:
        gate["pass"] = world.pick(0.4, 0.7, 1)
    world.config.setdefault("gate_quantile", 0.5)
    for build in world.tables["builds"]:
        gate = "design" if articles else world.pick("design", "trial", "licence")
        if not (articles and world.row("gates", 0).get("needs_item")):
            build.update(gate=gate, risk_gate=gate, redo=world.pick(None, 0.5, 1))
            build.update({"capex": 15, "fund": world.pick("grant", "loan")} if "funds" in world.tables else {})
