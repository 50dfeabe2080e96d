"""Geo-relocation: land matching for the relocation of factories out of housing."""
