"""Looking for plans, and proving that there is none better."""
