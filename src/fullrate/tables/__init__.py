"""Tables: what the user wrote. Reads a scenario, checks it, and addresses every cell."""

from __future__ import annotations

from fullrate.tables.cell import SCENARIO, Cell
from fullrate.tables.config import Config
from fullrate.tables.folder import read
from fullrate.tables.model import Tables

__all__ = ["SCENARIO", "Cell", "Config", "Tables", "read"]
