"""Every code a check of tables can give, with its severity and what it is called.

One line here, one page in ``tests/diagnostics``; a test holds the two together.
"""

from __future__ import annotations

from fullrate.findings import Severity

_E, _W = Severity.ERROR, Severity.WARNING

CODES: dict[str, tuple[Severity, str]] = {
    # files
    "FR001": (_E, "no scenario"),
    "FR002": (_E, "table missing"),
    "FR003": (_E, "unknown table"),
    "FR004": (_E, "not a text file"),
    "FR005": (_E, "ragged row"),
    "FR006": (_E, "broken quotes"),
    "FR007": (_E, "unknown column"),
    "FR008": (_E, "column appears twice"),
    "FR009": (_E, "column missing"),
    "FR010": (_E, "empty file"),
    "FR011": (_E, "nothing to plan"),
    "FR012": (_E, "scenario.toml cannot be read"),
    "FR013": (_E, "unknown setting"),
    "FR014": (_E, "setting of the wrong kind"),
    "FR015": (_W, "not UTF-8"),
    "FR016": (_E, "change not understood"),
    # values
    "FR101": (_E, "not a number"),
    "FR102": (_E, "ambiguous number"),
    "FR103": (_E, "not a whole number"),
    "FR104": (_E, "neither true nor false"),
    "FR105": (_E, "not a date"),
    "FR106": (_E, "not one of the allowed words"),
    "FR107": (_E, "value missing"),
    "FR108": (_E, "outside its range"),
    "FR109": (_E, "not a usable name"),
    "FR110": (_E, "key appears twice"),
    "FR111": (_E, "unknown unit"),
    "FR112": (_E, "not a finite number"),
    # names
    "FR201": (_E, "unknown name"),
    "FR202": (_E, "name used twice"),
    "FR203": (_E, "neither item nor family"),
    "FR204": (_E, "unknown target"),
    "FR205": (_E, "no such cell"),
    "FR206": (_E, "cell that may not vary"),
    # physics
    "FR301": (_E, "need that nothing makes"),
    "FR302": (_E, "need that nothing can reach"),
    "FR303": (_W, "only restricted sources"),
    "FR304": (_E, "cycle without lead time"),
    "FR305": (_W, "process that can never start"),
    "FR306": (_E, "slot that cannot be filled"),
    "FR307": (_E, "role that contradicts"),
    "FR308": (_E, "curve that goes back"),
    "FR309": (_E, "ramp outside 0 to 1"),
    "FR310": (_E, "gates that wait for each other"),
    "FR311": (_E, "room stated twice"),
    "FR312": (_W, "more than there is room for"),
    "FR313": (_W, "nothing arrives before the plan ends"),
    "FR314": (_E, "lane that goes nowhere"),
    "FR315": (_W, "fund without money"),
    "FR316": (_W, "process without any limit"),
    "FR317": (_W, "lot that never fits"),
    "FR318": (_W, "rejects that go nowhere"),
    "FR319": (_W, "cargo without weight or volume"),
    # dates
    "FR401": (_E, "dates in the wrong order"),
    "FR402": (_E, "date in the past"),
    "FR403": (_W, "promise earlier than possible"),
    "FR404": (_E, "knowledge from the future"),
    "FR405": (_W, "date after the plan ends"),
    "FR406": (_W, "source without a date"),
    "FR407": (_E, "need after the plan ends"),
    "FR408": (_W, "build that cannot start on its date"),
    # evidence
    "FR501": (_W, "rows without a source"),
    "FR502": (_E, "range upside down"),
    "FR503": (_W, "plan value outside its range"),
    "FR504": (_E, "range incomplete"),
    # not yet
    "FR601": (_E, "table not supported yet"),
    "FR602": (_E, "column not supported yet"),
    "FR603": (_E, "setting not supported yet"),
    "FR604": (_W, "not used by the plan"),
    "FR605": (_E, "use not supported yet"),
}
"""Code -> (severity, title)."""
