"""Tables of required distances."""

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
    text = "match,value,distance_m,note\ncolour,red,5,\nvsic,10,far,\ndefault,,-3,\n"
    with pytest.raises(DataError) as error:
        parse_distance_table(text, table_id="t")
    assert all(f"row {n}" in str(error.value) for n in (2, 3, 4))


def test_an_unknown_table_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="tcvn-4449-1987"):
        shipped_table("qcvn-01-2025")
