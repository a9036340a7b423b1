"""From an announcement to a forecast, by what became of others.

``known`` says what could be known on a day; ``outcome`` what came of a promise; ``classes`` learns from the outcomes of
other programmes; ``ramps`` turns two numbers into a whole curve; ``update`` takes in actuals; ``wright`` forecasts the
effort of a unit. A forecast is made from ``Known`` alone, so it cannot see what came later.
"""

from fullrate.forecast.known import Known, Promise, known_on, promises
from fullrate.forecast.outcome import Outcome, outcome
from fullrate.forecast.outlook import Forecast, forecast
from fullrate.forecast.record import find_case, read_cases, shipped, variants

__all__ = [
    "Forecast",
    "Known",
    "Outcome",
    "Promise",
    "find_case",
    "forecast",
    "known_on",
    "outcome",
    "promises",
    "read_cases",
    "shipped",
    "variants",
]
