"""Activities that can be settled at once: nobody else takes of what they take of.

Where every store that an activity takes of is its own, there is nothing to ration: it does what it wants as far as each
of them goes, and a second look would find nothing more. Most works of a supply chain are like that, with a machine and
a stock of parts of their own; what is shared is rationed as ever.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fullrate.simulate.network import Groups, Network
from fullrate.simulate.state import Amounts

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEW = 3
"""Stores that are looked at side by side: a machine and two parts, or three parts."""


def settled_of(network: Network, amounts: Amounts, others: Ints) -> Bools:
    """Starts and shipments that take only of stores of their own, as they are written down; shape (activities,).

    Left out are smallest lots and shipments, slots, what is learned, rates that move, goods that a start of the same
    period may bring in after all, and the points from which ``others`` take or to which they bring (-1 for none).
    """
    claims, stores, outputs = network.claims, network.stores, network.outputs
    moving = amounts.processes + amounts.shipments
    taken = np.bincount(claims.store, minlength=stores.total) + np.bincount(network.picks.point, minlength=stores.total)
    own = taken == 1
    own[stores.payers :] = False
    own[others[others >= 0]] = False
    own[amounts.rivals[amounts.rivals[:, 0] >= 0].ravel()] = False
    simple = own[claims.store] & (claims.own < 0) & (claims.price < 0) & (claims.learner < 0) & (claims.rate > 0)
    simple |= claims.store == stores.needs - 1  # what no fund pays for has no limit
    alone = np.zeros(len(amounts.plan), bool)
    alone[:moving] = True
    alone[claims.activity[~simple]] = False
    alone[network.picks.process] = False
    alone[: amounts.processes] &= (amounts.lot <= 0) & (amounts.learner < 0)
    alone[amounts.processes : moving] &= amounts.least[amounts.lane] <= 0
    at_once = np.flatnonzero((outputs.shift <= 0) | (outputs.lead >= 0))
    place = np.full(moving, len(network.sequence.node))
    node = network.sequence.node
    place[node[node >= stores.resources] - stores.resources] = np.flatnonzero(node >= stores.resources)
    goods = np.flatnonzero(claims.store < stores.resources)
    taker = np.full(stores.resources, -1)
    taker[claims.store[goods]] = claims.activity[goods]
    after = taker[outputs.point[at_once]]
    waits = (after >= 0) & (after < moving)
    maker, after = outputs.activity[at_once][waits], after[waits]
    while True:
        late = alone[after] & (~alone[maker] | (place[maker] >= place[after]))
        if not late.any():
            return alone
        alone[after[late]] = False


def stores_of(network: Network, settled: Bools) -> Ints:
    """Of how many stores each settled activity takes: 1 to 3, 4 for any other number or what has no limit, 0 if not."""
    claims, free = network.claims, network.stores.needs - 1
    count = np.bincount(claims.activity, minlength=len(settled))
    count[claims.activity[claims.store == free]] = FEW + 1
    count = np.where((count > 0) & (count <= FEW), count, FEW + 1)
    return np.where(settled, count, 0)


def without(network: Network, settled: Bools) -> Network:
    """The network without the turns of stores of which only activities that are settled at once take."""
    claims, stores = network.claims, network.stores
    mine = np.zeros(stores.total, bool)
    mine[claims.store[settled[claims.activity]]] = True
    mine[stores.payers :] = False
    node, early = network.sequence.node, network.groups.early
    groups: Groups = network.groups._replace(early=early[~mine[early]])
    kept = (node >= stores.resources) | ~np.append(mine[: stores.resources], False)[np.minimum(node, stores.resources)]
    return network._replace(groups=groups, sequence=network.sequence._replace(node=node[kept]))
