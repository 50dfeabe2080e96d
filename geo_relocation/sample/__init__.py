"""The schematic province: synthetic data that says so."""
