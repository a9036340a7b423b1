"""How executions follow a plan: named assumptions, each of them printed by whoever reports samples."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Policy:
    """Follow the plan, catch up where one is behind.

    Attributes:
        catch_up: most that a process starts, or a lane carries, over the highest rate the plan has asked of it so far;
            an assumption: staff, tools and forwarding are laid out for the plan and a quarter more.
        many: people of a pool, or units of an item that one need has in use, from which on as many leave or fail as is
            expected; fewer do so one by one. An assumption of size: chance would move a thousand by 1.6 % at most.
    """

    catch_up: float = 1.25
    many: int = 1000

    def stated(self) -> dict[str, float]:
        """The assumptions by name."""
        return asdict(self)
