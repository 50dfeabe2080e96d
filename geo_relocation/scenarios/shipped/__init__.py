"""Scenario files that come with the program."""
