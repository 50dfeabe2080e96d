from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.text.coordinates import arrange, parse_angles, parse_pairs


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("106°42'15.5\"", 106 + 42 / 60 + 15.5 / 3600), ("10°54'18\"N", 10.905),
        ("10°54'18''B", 10.905), ("10º54′18″", 10.905),
        ("106 42 15,5", 106 + 42 / 60 + 15.5 / 3600),
        ("10:54:18", 10.905), ("10°54.3'", 10.905), ("10d54m18s", 10.905), ("10 độ 54 phút", 10.9),
        ("106° 42' 18″ Đ", 106.705), ("106,7042", 106.7042), ("106.704", 106.704),
        ("10.905°", 10.905), ("12°30'S", -12.5), ("-12.5", -12.5), ("W 73.5", -73.5),
        (106.7, 106.7),
    ],
)  # fmt: skip
def test_angle(text, degrees):
    parsed = parse_angles(pd.Series([text], dtype=object))
    assert parsed.values.tolist() == [pytest.approx(degrees, abs=1e-9)]
    assert parsed.problems.empty


@pytest.mark.parametrize("text", ["10°75'", "10.5°30'", "abc", 1060, "603654", "10°54'61\"", True])
def test_no_angle(text):
    parsed = parse_angles(pd.Series([text], dtype=object))
    assert parsed.values.isna().all()
    assert list(parsed.problems["kind"]) == ["not-an-angle"]


HERE = (106.70, 10.905, "degrees")
METRES = (603654.0, 1206112.0, "metres")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("10.905, 106.70", HERE), ("106.70 10.905", HERE), ("10,905; 106,70", HERE),
        ("10,905, 106,70", HERE), ("(10.905,106.70)", HERE), ("10.905\n106.7", HERE),
        ("10°54'18\"N, 106°42'00\"E", HERE), ("10°54'18\"B 106°42'0\"Đ", HERE),
        ("106°42'0\"Đ - 10°54'18\"B", HERE), ("Lat: 10.905, Long: 106.70", HERE),
        ("kinh độ 106,7; vĩ độ 10,905", HERE), ("POINT (106.7 10.905)", HERE),
        ("X=1206112; Y=603654", METRES), ("X=603654 Y=1206112", METRES),
        ("X: 1.206.112,0 Y: 603.654,0", METRES), ("1,206,112.0; 603,654.0", METRES),
        ("603.654; 1.206.112", METRES), ("603654,1206112", METRES),
        ("Tọa độ VN-2000: 1206112, 603654", METRES),
        ("lat 47.1 lon 9.5", (9.5, 47.1, "degrees")), ("POINT(9.5 47.1)", (9.5, 47.1, "degrees")),
        ("47°6'N 9°30'E", (9.5, 47.1, "degrees")), ("9°30'E 47°6'N", (9.5, 47.1, "degrees")),
        ("121.5, 37.3", (121.5, 37.3, "degrees")),
    ],
)  # fmt: skip
def test_pair(text, point):
    points, problems = parse_pairs(pd.Series([text], dtype=object))
    found = points.iloc[0]
    assert (found["x"], found["y"], found["kind"]) == (
        pytest.approx(point[0]),
        pytest.approx(point[1]),
        point[2],
    )
    assert problems.empty


@pytest.mark.parametrize(
    "text", ["abc", "10.905", "0,0", "10.905106.70", "1;2;3", "10°54'", 12.5, "95.0, 99.0"]
)
def test_no_pair(text):
    points, problems = parse_pairs(pd.Series([text], dtype=object))
    assert points["x"].isna().all()
    assert points["kind"].isna().all()
    assert list(problems["kind"]) == ["not-coordinates"]


def test_an_open_order_is_said():
    points, problems = parse_pairs(pd.Series(["47.1, 9.5"]))
    assert (points.loc[0, "x"], points.loc[0, "y"]) == (9.5, 47.1)
    assert list(problems["kind"]) == ["axis-order-assumed"]
    assert list(problems["action"]) == ["assumed"]


def test_blank_pairs_are_empty():
    points, problems = parse_pairs(pd.Series([None, "", "-"], dtype=object))
    assert points["x"].isna().all()
    assert problems.empty


longitudes, latitudes = st.floats(102.1, 109.9), st.floats(8.1, 23.5)


@given(longitudes, latitudes, st.booleans())
def test_order_never_matters_in_viet_nam(lon, lat, turned):
    found = arrange(*([lat], [lon]) if turned else ([lon], [lat]))
    assert (found.x[0], found.y[0], found.kind[0]) == (lon, lat, "degrees")
    assert found.swapped[0] == turned
    assert found.sure[0]


@given(st.floats(300_000, 800_000), st.floats(900_000, 2_600_000), st.booleans())
def test_metres_in_viet_nam(east, north, turned):
    found = arrange(*([north], [east]) if turned else ([east], [north]))
    assert (found.x[0], found.y[0], found.kind[0]) == (east, north, "metres")


@given(st.floats(-179, 179), st.integers(0, 59), st.floats(0, 59.99))
def test_degrees_minutes_seconds_come_back(whole, minutes, seconds):
    degrees = int(whole)
    sign = "-" if degrees < 0 else ""
    text = f"{sign}{abs(degrees)}°{minutes}'{seconds:.4f}\""
    value = parse_angles(pd.Series([text])).values[0]
    expected = abs(degrees) + minutes / 60 + round(seconds, 4) / 3600
    assert value == pytest.approx(-expected if degrees < 0 else expected, abs=1e-9)


@given(st.lists(st.one_of(st.text(max_size=16), st.floats(), st.none())))
def test_nothing_breaks_them(cells):
    given_cells = pd.Series(cells, dtype=object)
    assert len(parse_angles(given_cells).values) == len(cells)
    points, _ = parse_pairs(given_cells)
    assert np.array_equal(points["x"].isna(), points["y"].isna())
