"""Distance of two line segments, for compiled loops."""

from __future__ import annotations

from geo_relocation.compiling import compiled


@compiled()
def segments_apart(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> float:
    """Squared distance of segments ab and cd, 0 where they cross; either may be a point."""
    abx, aby, cdx, cdy = bx - ax, by - ay, dx - cx, dy - cy
    c = abx * (cy - ay) - aby * (cx - ax)
    d = abx * (dy - ay) - aby * (dx - ax)
    if c * d < 0.0:
        a = cdx * (ay - cy) - cdy * (ax - cx)
        b = cdx * (by - cy) - cdy * (bx - cx)
        if a * b < 0.0:
            return 0.0
    return min(
        _to_segment(ax, ay, cx, cy, cdx, cdy),
        _to_segment(bx, by, cx, cy, cdx, cdy),
        _to_segment(cx, cy, ax, ay, abx, aby),
        _to_segment(dx, dy, ax, ay, abx, aby),
    )


@compiled()
def _to_segment(px: float, py: float, ax: float, ay: float, dx: float, dy: float) -> float:
    """Squared distance of a point to the segment from a in direction d."""
    x, y = px - ax, py - ay
    length = dx * dx + dy * dy
    if length > 0.0:
        along = min(1.0, max(0.0, (x * dx + y * dy) / length))
        x, y = x - along * dx, y - along * dy
    return x * x + y * y
