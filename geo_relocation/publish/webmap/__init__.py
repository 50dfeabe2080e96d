"""The web map: one self-contained HTML file, a folium map underneath."""

from geo_relocation.publish.webmap.page import build_map, write_map

__all__ = ["build_map", "write_map"]
