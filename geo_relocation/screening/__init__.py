"""Site against zone: shares, distances, verdict."""
