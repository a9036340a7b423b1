"""How executions follow a plan: named assumptions, each of them printed by whoever reports samples."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Policy:
    """Follow the plan, catch up where one is behind.

    Attributes:
        catch_up: most that a process starts, or a lane carries, over the highest rate the plan has asked of it so far;
            an assumption: staff, tools and forwarding are laid out for the plan and a quarter more.
    """

    catch_up: float = 1.25

    def stated(self) -> dict[str, float]:
        """The assumptions by name."""
        return asdict(self)
