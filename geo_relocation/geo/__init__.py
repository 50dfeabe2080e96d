"""Geometry on arrays: reference systems, repair, overlay, nearest, network distance."""
