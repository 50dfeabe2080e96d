"""Benchmarks against peers in the same run: `python -m benchmarks.screening|matching|loading`."""
