"""What people call the things of a scenario: names where the tables have them, else the id in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fullrate.tables import Tables


def plain(name: str) -> str:
    """An id as words.

    >>> plain("mould_line")
    'mould line'
    """
    return name.replace("_", " ")


@dataclass(frozen=True)
class Names:
    """Names of a scenario.

    Attributes:
        items: name of each item.
        units: unit of each item.
        places: site of each process, resource and recipient.
        ends: first and last site and item of each lane.
        apart: what tells a lane from others with the same ends and item: its mode, else its id.
    """

    items: Mapping[str, str]
    units: Mapping[str, str]
    places: Mapping[str, str]
    ends: Mapping[str, tuple[str, str, str]]
    apart: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(tables: Tables) -> Names:
        """The names of a scenario."""
        items = {row["item"]: row["name"] or plain(row["item"]) for row in tables.rows("items")}
        places: dict[str, str] = {}
        for table, key in (("recipients", "recipient"), ("resources", "resource"), ("processes", "process")):
            places |= {row[key]: row["site"] for row in tables.rows(table) if row["site"] is not None}
        ends = {row["lane"]: (row["from"], row["to"], row["item"]) for row in tables.rows("lanes")}
        modes = {row["lane"]: row["mode"] for row in tables.rows("lanes")}
        units = {row["item"]: row["unit"] for row in tables.rows("items")}
        return Names(items, units, places, ends, _apart(ends, modes))

    def item(self, name: str) -> str:
        """An item or a family."""
        return self.items.get(name, plain(name))

    def unit(self, item: str) -> str:
        """The unit of an item; blank for a family."""
        return self.units.get(item, "")

    def at(self, name: str) -> str:
        """A process or resource with its site, unless its name tells the site already.

        >>> names = Names({}, {}, {"press": "works", "works_press": "works"}, {})
        >>> names.at("press"), names.at("works_press")
        ('press at works', 'works press')
        """
        place = plain(self.places.get(name, ""))
        words, said = set(place.split()), set(plain(name).split())
        return plain(name) if words <= said or said <= words else f"{plain(name)} at {place}"

    def lane(self, name: str) -> str:
        """A lane by its ends."""
        begin, end, item = self.ends[name]
        carried = "" if item == "*" else f" for {self.item(item)}"
        return f"the lane from {plain(begin)} to {plain(end)}{carried}{self.apart.get(name, '')}"

    def limit(self, rule: str, key: str) -> str:
        """A limit of table ``binding`` in a planner's words."""
        if rule == "hours":
            return f"the capacity of {self.at(key)}"
        if rule == "labour":
            return f"the hours of {plain(key)}"
        if rule == "make_rate":
            return f"the rate of {self.at(key)}"
        if rule == "ship_capacity":
            return f"the capacity of {self.lane(key)}"
        if rule == "hold_room":
            site, _, item = key.partition("|")
            return f"the room for {self.item(item)} at {plain(site)}"
        if rule == "money":
            return f"the money in {plain(key)}"
        if rule in ("need", "lost", "accrue"):
            return f"what {plain(key)} asks for"
        if rule == "items":
            site, _, item = key.partition("|")
            return f"what there is of {self.item(item)} at {plain(site)}"
        if rule == "hire_most":
            return f"how fast {plain(key)} can hire"
        if rule == "overtime_most":
            return f"the overtime of {self.at(key.partition('|')[0])}"
        if rule == "overtime_run":
            return f"how long overtime of {self.at(key)} can be kept up"
        if rule == "instruct":
            return f"the instructors of {plain(key)}"
        if rule == "build_max":
            return f"how often {plain(key)} may be built"
        return f"{plain(rule)} {plain(key)}".strip()


def _apart(ends: Mapping[str, tuple[str, str, str]], modes: Mapping[str, str | None]) -> dict[str, str]:
    """What is said of lanes that share their ends and item, to tell them apart.

    >>> same = ("port", "works", "chip")
    >>> _apart({"ship": same, "plane": same, "van": ("a", "b", "*")}, {"ship": "sea", "plane": "air", "van": "road"})
    {'ship': ' by sea', 'plane': ' by air'}
    """
    found = {}
    for lane, place in ends.items():
        others = [modes[other] for other in ends if other != lane and ends[other] == place]
        if others:
            mode = modes[lane]
            found[lane] = f" by {plain(mode)}" if mode and mode not in others else f" ({lane})"
    return found
