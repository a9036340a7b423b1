"""The declaration of every table and column: the only place where one is declared.

The reader, the checker, the workbook, the generated page of tables, the JSON schema and
``datapackage.json`` all come from ``TABLES``.
"""

from __future__ import annotations

from fullrate.tables.spec import economy, evidence, network, wants
from fullrate.tables.spec.kinds import Column, Range, Table, Type, Value
from fullrate.tables.spec.scenario import LISTS, SETTINGS, STAGES

TABLES: dict[str, Table] = {
    table.name: table for table in (*network.TABLES, *wants.TABLES, *evidence.TABLES, *economy.TABLES)
}
"""All tables by name, in the order in which people read them."""

__all__ = ["LISTS", "SETTINGS", "STAGES", "TABLES", "Column", "Range", "Table", "Type", "Value"]
