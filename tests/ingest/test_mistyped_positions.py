"""One bad row never decides about the file; it is named, with what it may have been meant to be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_relocation.geo.crs_detect import Extent
from geo_relocation.geo.mending import mends

from .making import TM3, issue

GOOD = "Mã cơ sở,Kinh độ,Vĩ độ\nA,106.705,10.953\nB,106.712,10.955\nC,106.715,10.957\n"


@pytest.mark.parametrize(
    ("row", "perhaps"),
    [
        ("1067.05,10.953", "106.705, 10.953"),
        ("106.705,109.53", "106.705, 10.953"),
        ("106705,10953", "106.705, 10.953"),
        ("206.705,10.953", "106.705, 10.953"),
        ("0,0", ""),
    ],
)
def test_a_position_that_fits_no_reading_is_named_with_its_values(import_csv, row, perhaps):
    done = import_csv(f"{GOOD}D,{row}\n", "sites", extent=Extent())
    assert done.frame.geometry.notna().tolist() == [True, True, True, False]
    line = issue(done, "position-unreadable").iloc[0]
    x, y = row.split(",")
    assert (line["row"], line["value"]) == (5, f"{x}, {y}")
    assert perhaps in line["message"]
    assert perhaps in line["message_en"]
    assert ("Perhaps" in line["message_en"]) == bool(perhaps)


PAIRS = "Mã cơ sở;Tọa độ\nA;10.953, 106.705\nB;10.955, 106.712\nC;10.957, 106.715\n"


@pytest.mark.parametrize(
    ("cell", "perhaps"),
    [
        ("10.953, 1067.05", "106.705, 10.953"),
        ("1067.05, 10.953", "106.705, 10.953"),
        ("109.53 106.705", "106.705, 10.953"),
        ("10.953 / 206.705", "106.705, 10.953"),
        ("10.9.53, 106.705", "106.705, 10.953"),
        ("10.953, 106.7O5", "106.705, 10.953"),
        ("10°57'11\"N 206°42'18\"E", "106.705, 10.95305556"),
        ("10 57 11 N, 106 42 78 E", "(one digit wrong)"),
        ("0, 0", ""),
        ("cạnh chùa", ""),
    ],
)
def test_a_pair_that_cannot_be_read_is_named_with_what_it_may_be(import_csv, cell, perhaps):
    quoted = '"' + cell.replace('"', '""') + '"'
    done = import_csv(f"{PAIRS}D;{quoted}\n", "sites", extent=Extent())
    assert done.frame.geometry.notna().tolist() == [True, True, True, False]
    (line,) = issue(done, "position-unreadable").to_dict("records")
    assert (line["row"], line["value"]) == (5, cell)
    assert perhaps in line["message_en"]
    assert ("Perhaps" in line["message_en"]) == bool(perhaps)


def test_half_a_position_beside_a_mistyped_half_has_a_proposal(import_csv):
    done = import_csv(f"{GOOD}D,106.7O5,10.953\nE,,10.953\n", "sites", extent=Extent())
    assert done.frame.geometry.notna().sum() == 3
    (line,) = issue(done, "position-unreadable").to_dict("records")
    assert line["row"] == 5
    assert "106.705, 10.953" in line["message_en"]
    assert issue(done, "position-half")["row"].tolist() == [6]


def test_a_readable_position_far_off_is_kept_with_a_proposal(import_csv):
    done = import_csv(f"{GOOD}D,106.705,19.953\n", "sites", extent=Extent())
    assert done.frame.geometry.notna().all()
    line = issue(done, "outside-area").iloc[0]
    assert line["row"] == 5
    assert "106.705, 10.953" in line["message"]


def test_data_of_another_province_is_no_typing_error(import_csv):
    text = "Mã cơ sở,Kinh độ,Vĩ độ\nA,105.85,21.03\nB,105.86,21.01\n"
    done = import_csv(text, "sites", extent=Extent())
    assert not issue(done, "outside-area")["message_en"].str.contains("Perhaps").any()


def test_a_few_plane_positions_without_a_system_are_asked_about(import_csv):
    done = import_csv(f"{GOOD}D,603638,1211089\n", "sites", extent=Extent())
    assert done.frame.geometry.notna().sum() == 3
    line = issue(done, "position-system-open").iloc[0]
    assert (line["row"], line["value"]) == (5, "603638, 1211089")
    assert "--crs" in line["message"]


def test_with_the_system_named_they_come_in(import_csv):
    done = import_csv(f"{GOOD}D,603638,1211089\n", "sites", extent=Extent(), crs="EPSG:9210")
    assert done.frame.geometry.notna().all()


def test_pairs_in_one_cell_are_held_to_the_same(import_csv):
    text = (
        "Mã cơ sở;Tọa độ\nA;10.953, 106.705\nB;10.955, 106.712\n"
        "C;106705, 10953\nD;603638 1211089\nE;https://maps.google.com/?q=10.95,106.70\n"
    )
    done = import_csv(text, "sites", extent=Extent())
    assert done.frame.geometry.notna().tolist() == [True, True, False, False, True]
    assert issue(done, "position-unreadable")["row"].tolist() == [4]
    assert issue(done, "position-system-open")["row"].tolist() == [5]


def test_a_mistyped_feature_does_not_hide_a_wrong_system(import_frame):
    """Degrees under a projected system, with one point at 0, 0: the others still tell."""
    true = shapely.points(
        np.array([603000.0, 604000, 605000, 606000]), np.array([1.21e6, 1.211e6, 1.212e6, 1.213e6])
    )
    swapped = [shapely.Point(p.y, p.x) for p in true] + [shapely.Point(1, 1)]
    frame = gpd.GeoDataFrame({"site_id": list("ABCDE")}, geometry=swapped, crs=TM3)
    done = import_frame(frame, "sites", extent=Extent())
    assert "crs-corrected" in set(done.issues["kind"])
    assert done.frame.geometry.iloc[0].equals(true[0])
    assert done.rows_refused + len(issue(done, "outside-area")) == 1


@settings(max_examples=60, deadline=None)
@given(
    lon=st.integers(106_300, 107_000), lat=st.integers(10_850, 11_500),
    axis=st.booleans(), shift=st.sampled_from([-2, -1, 1, 2, 3]),
)  # fmt: skip
def test_what_one_slip_made_wrong_is_among_what_is_proposed(lon, lat, axis, shift):
    right = (lon / 1000, lat / 1000)
    wrong = [right[0], right[1]]
    wrong[axis] = round(wrong[axis] * 10.0**shift, 9)
    found = mends(*wrong, Extent(), right)
    assert any((m.lon, m.lat) == pytest.approx(right) for m in found)
    assert mends(right[1], right[0], Extent(), right)[0].slip == "axes"
