"""Tables: what the user wrote. Reads a scenario, checks it, and addresses every cell."""

from __future__ import annotations

from fullrate.tables.cell import SCENARIO, Cell
from fullrate.tables.config import Config
from fullrate.tables.model import Tables
from fullrate.tables.folder import read

__all__ = ["SCENARIO", "Cell", "Config", "Tables", "read"]
