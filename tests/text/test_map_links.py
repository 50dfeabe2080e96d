"""Coordinates out of links and out of degrees without their signs."""

import pandas as pd
import pytest

from geo_relocation.text.coordinates import parse_angles, parse_pairs

HERE = (106.7, 10.95)


@pytest.mark.parametrize(
    "text",
    [
        "https://maps.google.com/?q=10.95,106.70",
        "https://maps.google.com/maps?q=loc:10.95,106.70&z=17",
        "https://www.google.com/maps/search/?api=1&query=10.95%2C106.70",
        "https://www.google.com/maps/place/10.95,106.70/@10.1,106.2,17z",
        "https://www.google.com/maps/place/Nha+may/@10.1,106.2,17z/data=!3m1!8m2!3d10.95!4d106.70",
        "https://www.openstreetmap.org/?mlat=10.95&mlon=106.70#map=17/10.1/106.2",
        "https://www.bing.com/maps?sp=point.10.95_106.70_X&cp=10.1~106.2",
        "https://maps.apple.com/?ll=10.95,106.70",
        "geo:10.95,106.70;u=35",
        "10 57 00 N, 106 42 00 E",
        "10:57:00N 106:42:00E",
        "N 10 57 00, E 106 42 00",
        "106 42 00 E; 10 57 00 N",
        "10.95 N – 106.70 E",
        "10,95 N; 106,70 E",
        "10.95N 106.70E",
        "N10.95 E106.70",
        "10-57-00 N, 106-42-00 E",
    ],
)
def test_a_place_is_read_from_a_link_and_from_plain_angles(text):
    parsed = parse_pairs(pd.Series([text]))
    point = parsed.points.iloc[0]
    assert (point["x"], point["y"]) == pytest.approx(HERE)
    assert parsed.problems.empty


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps/@10.9500000,106.7000000,17z",
        "https://www.openstreetmap.org/#map=17/10.95/106.70",
        "https://www.bing.com/maps?cp=10.95~106.70&lvl=16",
    ],
)
def test_the_middle_of_a_view_is_taken_and_said(text):
    parsed = parse_pairs(pd.Series([text]))
    assert tuple(parsed.points.iloc[0][["x", "y"]]) == pytest.approx(HERE)
    assert parsed.problems["kind"].tolist() == ["map-link-view"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://maps.app.goo.gl/AbC123", "map-link-short"),
        ("https://www.google.com/maps/place/Nha+may", "not-coordinates"),
        ("https://example.com/?q=210.95,306.70", "not-coordinates"),
        ("7P28X22J+22", "not-coordinates"),
        ("0, 0", "not-coordinates"),
    ],
)
def test_what_names_no_place_is_left_out_and_said(text, kind):
    parsed = parse_pairs(pd.Series([text]))
    assert parsed.points["x"].isna().all()
    assert parsed.problems["kind"].tolist() == [kind]


def test_angles_with_the_letter_in_front_or_with_dashes():
    parsed = parse_angles(pd.Series(["N 10 57 00", "10-57-00", "10 57 00 N", "S 10 57 00"]))
    assert parsed.values.tolist() == pytest.approx([10.95, 10.95, 10.95, -10.95])
    assert parsed.problems.empty
