"""The closed list of units a ``unit`` column may name.

A column has one fixed unit (``lead_d`` is in days), so nothing is converted behind the user's back.
The only free choice is what an item or a resource is counted in, and that must be one of ``UNITS``:
the list is short on purpose, because a misspelt unit is a misread number.

The internal base is: unit, day, person, million of the scenario's currency, kilogram, cubic metre.
"""

from __future__ import annotations

UNITS: dict[str, str] = {
    # counted things
    "unit": "one piece, the default",
    "dose": "one dose of a medicine or vaccine",
    "course": "one course of treatment",
    "vial": "one vial",
    "kit": "one kit",
    "pack": "one pack",
    "box": "one box",
    "pallet": "one pallet",
    "container": "one container",
    "lot": "one lot or batch",
    "set": "one set",
    "pair": "one pair",
    "vehicle": "one vehicle",
    "test": "one test",
    "round": "one round",
    "house": "one dwelling",
    # mass
    "g": "gram",
    "kg": "kilogram",
    "t": "tonne, 1000 kg",
    "kt": "thousand tonnes",
    # volume, area, length
    "l": "litre",
    "m3": "cubic metre",
    "m2": "square metre",
    "m": "metre",
    "km": "kilometre",
    # work and time
    "h": "hour of a machine or a person",
    "min": "minute",
    "d": "day",
    "shift": "one shift",
    "person": "one person",
    "person_h": "one hour of one person",
    "file": "one case an office works on: a contract, a licence, an inspection",
    "trip": "one trip of a vehicle",
    "slot": "one slot of a test bench, a dock or an oven",
    # energy and power
    "kWh": "kilowatt hour",
    "MWh": "megawatt hour",
    "GWh": "gigawatt hour",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GJ": "gigajoule",
    # money
    "money": "million of the scenario's currency",
}
"""Every unit an item or a resource may be counted in, with its meaning."""
