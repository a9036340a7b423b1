"""Statistics of samples, on plain arrays: shares with intervals, quantiles, tails, and which input matters."""
