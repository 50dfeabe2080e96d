"""Assignment under rows of capacity: models, bounds, searches. No word of the domain."""
