"""Dated plans for making and delivering scarce goods at full rate."""

__version__ = "0.1.0"
