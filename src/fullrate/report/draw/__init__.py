"""Drawings: figure data in, SVG out. Altair specs, rendered by vl-convert; the map is drawn by hand.

Everything here is imported only by the report, because Altair takes half a second to load.
"""
