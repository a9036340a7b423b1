"""One function per step of a period, in the order in which they run; compiled, no objects, no random state.

``m`` is the model, ``d`` what is drawn, ``s`` the state, ``t`` the period (0-based), ``k`` the sample in its block.
"""
