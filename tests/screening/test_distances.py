"""Tables of required distances."""

import re

import numpy as np
import pandas as pd
import pytest

from geo_relocation.errors import DataError, UnknownNameError
from geo_relocation.model import schema
from geo_relocation.screening.distances import parse_distance_table, shipped_table

TABLE = """match,value,distance_m,note
default,,40,
env_level,I,300,
hazard_class,II,500,
vsic,23,150,
vsic,2392,250,
"""


def test_the_most_specific_match_wins():
    sites = schema("sites").conform(
        pd.DataFrame(
            {
                "site_id": list("abcde"),
                "env_level": [None, "I", "I", "I", "I"],
                "hazard_class": [None, None, "II", "II", "II"],
                "vsic": [None, "10", "31", "2310", "23920"],
            }
        ),
        crs="EPSG:9210",
    )
    table = parse_distance_table(TABLE, table_id="mine")
    assert table.required(sites).tolist() == [40, 300, 500, 150, 250]
    assert table.status == "entered"


def test_without_a_default_the_distance_is_not_known():
    sites = schema("sites").conform(pd.DataFrame({"site_id": ["a"]}), crs="EPSG:9210")
    table = parse_distance_table("match,value,distance_m,note\nvsic,23,150,\n", table_id="t")
    assert np.isnan(table.required(sites)[0])


def test_all_unusable_rows_are_listed():
    rows = [
        "colour,red,5,",
        "vsic,10,far,",
        "default,,-3,",
        "vsic,11,inf,",
        "vsic,,100,",
        "default,x,100,",
        "vsic,12,5,",
        "vsic,12,6,",
    ]
    with pytest.raises(DataError) as error:
        parse_distance_table("\n".join(["match,value,distance_m,note", *rows]), table_id="t")
    numbers = {int(n) for n in re.findall(r"row (\d+)", str(error.value))}
    assert numbers == {2, 3, 4, 5, 6, 7, 9}


def test_a_table_saved_by_excel_is_read():
    text = "\ufeffmatch,value,distance_m,note\r\nvsic,23,150,\r\n"
    assert parse_distance_table(text, table_id="t").distances == {"vsic": {"23": 150.0}}


def test_an_unknown_table_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="tcvn-4449-1987"):
        shipped_table("qcvn-01-2025")
