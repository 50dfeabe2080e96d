"""Rule sets, evidence, decisions, batches and the life cycle of the list."""
