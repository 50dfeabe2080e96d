"""A plan: found, explained, changed, taken further, with its lots and its alternatives."""
