"""Small random scenarios that exercise each rule: a mine, a works and a town, and features added one by one.

``scenario(code, seed)`` gives a scenario in which the rule with that code has rows. Features of the rule are always
there, others by chance, so that a rule also meets what it was not written for.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from fullrate.tables import Tables
from rules.features import (
    accruing,
    barred,
    builds,
    choice,
    classes,
    crew,
    freight,
    gates,
    hiring,
    lines,
    lost,
    lots,
    money,
    office,
    openings,
    overtime,
    paid,
    practice,
    rates,
    repair,
    room,
    storms,
)
from rules.further import frozen, levels, mixes, perishing, rivals, safety, shipments
from rules.tried import risky, tested
from rules.used import fielded
from rules.world import START, World, base

__all__ = ["CASES", "FEATURES", "START", "Feature", "World", "scenario", "world_of"]

OTHERS = 0.25
"""Odds that a feature which the rule does not ask for is there as well."""
Feature = Callable[[World], None]
FEATURES: tuple[Feature, ...] = (
    repair,
    choice,
    classes,
    rates,
    freight,
    lines,
    builds,
    crew,
    hiring,
    overtime,
    money,
    gates,
    paid,
    office,
    tested,
    risky,
    barred,
    openings,
    lots,
    practice,
    accruing,
    lost,
    room,
    mixes,
    perishing,
    shipments,
    levels,
    rivals,
    safety,
    frozen,
)
"""In the order in which they are added: later ones change what earlier ones brought."""
ALONE: tuple[Feature, ...] = (fielded, storms)
"""Features that come only when a rule asks for them, after all others: they change what a whole scenario counts."""
BRINGS: dict[Feature, tuple[Feature, ...]] = {
    builds: (lines,),
    crew: (),
    hiring: (crew,),
    money: (crew,),
    paid: (gates,),
    mixes: (classes,),
    levels: (classes,),
}
"""Features that a feature adds itself."""
CASES: dict[str, tuple[Feature, ...]] = {
    "MAKE": (rates,),
    "USE": (choice,),
    "SHIP": (freight,),
    "HOLD": (room,),
    "DELIVER": (classes,),
    "BUILD": (builds, risky),
    "RISK": (builds, office, risky),
    "HIRE": (hiring,),
    "HEADS": (hiring,),
    "OVERTIME": (overtime, crew),
    "OPEN": (paid, office, risky),
    "LOT": (lots,),
    "TEST": (builds, office, tested),
    "ITEMS": (repair, choice, freight, tested, barred, room, fielded),
    "HOURS": (office, overtime, practice),
    "LABOUR": (crew, hiring, overtime, practice),
    "MONEY": (freight, builds, hiring, overtime, money, shipments, tested, risky),
    "WAIT": (classes, lost),
    "ACCRUE": (accruing, fielded),
    "LOST": (lost,),
    "GATE": (builds, gates),
    "OPENING": (builds, openings),
    "BARRED": (choice, office, barred, rivals),
    "OUTAGE": (freight, rates, builds, overtime, storms),
    "LEARN": (crew, practice),
    "MIX": (mixes,),
    "DISPATCH": (shipments,),
    "AOQ": (levels,),
    "SHELF": (barred, perishing),
    "KEEP": (rivals,),
    "SERVE": (fielded,),
    "FLOOR": (rivals,),
    "SAFETY": (room, safety),
    "FREEZE": (frozen,),
    "WISHES": (rivals, safety, frozen),
}
"""What each rule needs to be there, by its code."""


def world_of(features: tuple[Feature, ...], seed: int, others: float = OTHERS) -> World:
    """A world with these features, and others by chance."""
    luck = random.Random(f"{seed} {' '.join(one.__name__ for one in features)}")
    world = base(luck)
    chosen = [one for one in FEATURES if one in features or world.chance(others)]
    chosen += [one for one in ALONE if one in features]
    brought = {inner for one in chosen for inner in BRINGS.get(one, ())}
    for feature in chosen:
        if feature not in brought:
            feature(world)
    return world


def scenario(code: str, seed: int) -> Tables:
    """A scenario for the rule with that code."""
    return world_of(CASES[code], seed).read()
