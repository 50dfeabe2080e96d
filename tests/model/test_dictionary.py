"""The data dictionary is complete, and frames that pass through it are always alike."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_relocation.errors import SchemaError, UnknownNameError
from geo_relocation.model import IMPORTABLE, join_codes, schema, schemas, split_codes
from geo_relocation.model.dictionary import GEOMETRY_TYPES

PLAIN = {"text", "codes", "json", "integer", "real", "boolean", "date", "datetime"}
ATTRIBUTES = [a for layer in schemas().values() for a in layer.attributes]


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda a: f"{a.layer}.{a.name}")
def test_every_attribute_is_typed_and_named_in_both_languages(attribute):
    assert attribute.type in PLAIN or attribute.is_geometry or attribute.enum
    assert attribute.vi
    assert attribute.en
    if attribute.default and attribute.enum:
        assert attribute.default in set(attribute.enum)


@pytest.mark.parametrize("layer", schemas().values(), ids=lambda s: s.name)
def test_layers_have_unique_columns_and_required_keys(layer):
    assert len(set(layer.columns)) == len(layer.columns)
    for key in layer.key:
        assert layer.attribute(key).required
    if layer.geometry:
        assert layer.columns[-1] == "geometry"
    assert layer.vi
    assert layer.en


def test_layers_of_the_design_are_there_and_decisions_only_grow():
    assert {"admin_units", "zones", "sites", "parks", "lots", "roads"} == set(IMPORTABLE)
    assert schema("admin_units").key == ("code", "valid_from")
    assert [name for name, s in schemas().items() if s.append_only] == [
        "runs",
        "run_events",
        "findings",
        "decisions",
        "events",
        "approvals",
    ]


def test_what_concerns_a_person_or_stays_in_the_office_is_marked():
    sites, decisions, events = schema("sites"), schema("decisions"), schema("events")
    assert sites.protected("personal") == (
        *("landholder", "landholder_tax_code"),
        *("representative", "representative_role", "phone"),
    )
    assert {
        "tax_code",
        "env_breach",
        "fire_breach",
        "construction_breach",
        "wish",
        "wish_text",
    } <= set(sites.protected("confidential"))
    assert {"ground", "explanation", "triggers"} == set(decisions.protected("confidential"))
    assert set(events.protected("confidential")) == {"ground", "outcome"}
    for layer in schemas().values():
        if "author" in layer.columns:
            assert layer.attribute("author").protection == "personal"
    for open_to_all in ("site_id", "name", "address", "land_m2"):
        assert sites.attribute(open_to_all).protection is None


def test_an_unknown_layer_names_the_known_ones():
    with pytest.raises(UnknownNameError, match="zones"):
        schema("zonez")
    with pytest.raises(UnknownNameError, match="tax_code"):
        schema("sites").attribute("mst")


def test_enums_speak_both_languages():
    for attribute in ATTRIBUTES:
        for member in attribute.enum or ():
            assert member.label("vi")
            assert member.label("en")
            assert attribute.enum(member.value) is member


def test_conform_fills_orders_and_types():
    rows = pd.DataFrame(
        {
            "workers": [5, None],
            "site_id": ["b", "a"],
            "lease_end": [dt.date(2029, 1, 31), None],
            "env_breach": [True, None],
            "start_year": [1999, 2001],
        }
    )
    found = schema("sites").conform(rows, crs="EPSG:9210")
    assert tuple(found.columns) == schema("sites").columns
    assert found["site_id"].tolist() == ["b", "a"]
    assert found["workers"].tolist() == [5, pd.NA]
    assert found["lease_end"].dtype == "datetime64[us]"
    assert found["env_breach"].dtype == "boolean"
    assert found["status"].tolist() == ["candidate"] * 2
    assert found["name"].isna().all()
    assert found.geometry.isna().all()
    assert found.crs == "EPSG:9210"


@pytest.mark.parametrize("name", schemas())
def test_conform_twice_is_conform_once(name):
    layer = schema(name)
    rows = pd.DataFrame({key: ["k"] for key in layer.key if layer.attribute(key).type == "text"})
    once = layer.conform(rows, crs="EPSG:9210")
    pd.testing.assert_frame_equal(pd.DataFrame(once), pd.DataFrame(layer.conform(once)))
    empty = layer.empty("EPSG:9210")
    assert empty.dtypes.to_dict() == once.dtypes.to_dict()


def test_what_does_not_fit_is_refused_by_name():
    with pytest.raises(SchemaError, match="colour"):
        schema("zones").conform(pd.DataFrame({"colour": ["red"]}))
    with pytest.raises(SchemaError, match="workers"):
        schema("sites").conform(pd.DataFrame({"workers": ["many"]}))


def test_conform_keeps_geometry_by_position_whatever_the_index():
    points = [shapely.Point(0, 0), shapely.Point(1, 1)]
    frame = gpd.GeoDataFrame({"site_id": ["a", "b"]}, geometry=points, crs=9210, index=[7, 3])
    found = schema("sites").conform(frame)
    assert found.geometry.tolist() == points
    assert found.index.tolist() == [0, 1]


@given(st.lists(st.text("ABC0123456789.", min_size=1)))
def test_codes_survive_joining_and_splitting(codes):
    assert split_codes(join_codes(codes)) == tuple(codes)


def test_no_codes_are_no_value():
    assert join_codes([]) is None
    for missing in (None, np.nan, pd.NA, "", " ; "):
        assert split_codes(missing) == ()


def test_headers_carry_the_unit():
    assert schema("sites").attribute("land_m2").header() == "Diện tích đất (m²)"
    assert schema("sites").attribute("name").header("en") == "Name"
    assert all(a.type in GEOMETRY_TYPES for a in ATTRIBUTES if a.is_geometry)
