"""Claims: from the text of an announcement to a ledger that a person confirms, and to what it does not say.

Rules over English words, no model: every amount, day and name in a ledger stands in the quote beside it. What the rules
make of a sentence is a proposal; nothing enters a scenario before a person has said that the text says so.
"""

from __future__ import annotations

from fullrate.claims.document import Document, document
from fullrate.claims.ledger import Claim, claims_in
from fullrate.claims.unsaid import CHECKLIST, Point, completeness, points
from fullrate.claims.worksheet import Ledger, confirmed, is_confirmed, ledger_of, read_ledger, read_text, written

__all__ = [
    "CHECKLIST",
    "Claim",
    "Document",
    "Ledger",
    "Point",
    "claims_in",
    "completeness",
    "confirmed",
    "document",
    "is_confirmed",
    "ledger_of",
    "points",
    "read_ledger",
    "read_text",
    "written",
]
