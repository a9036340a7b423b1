"""Cuts: what they put into a scenario, what they cost, and that nothing goes round them."""
