"""Firms to parks: problem, bound, search, verification, explanation."""
