"""Both stores, one suite."""
