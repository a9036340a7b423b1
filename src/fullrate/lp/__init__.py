"""The linear-programming kernel: columns and rows with names, numpy in, arrays out, one hand-over to the solver."""
