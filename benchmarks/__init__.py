"""Benchmarks: ours and a peer in one run, answers compared before any time is printed.

`python -m benchmarks [NAME ...]`.
"""
