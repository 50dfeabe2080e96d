"""One suite for both stores: every test that asks for `store` runs on each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pyproj import CRS

from geo_relocation.store import Store, create_store, open_store

SCHEME = {"name": "Đề án 3210", "status": "running", "south": ["Thuận An", "Dĩ An"]}
BUSY_TIMEOUT = 0.3
_WORKSPACE = "template_workspace"


@pytest.fixture(params=["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of store."""
    found: str = request.param
    return found


@pytest.fixture
def new_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address at which a workspace can be made."""
    if kind == "geopackage":
        return str(tmp_path / "workspace.gpkg")
    url: str = request.getfixturevalue("postgis_workspace_url")
    return url


@pytest.fixture
def store(kind: str, request: pytest.FixtureRequest) -> Store:
    """A new, empty workspace in VN-2000 / TM-3 105°45'."""
    found: Store = request.getfixturevalue(kind)
    return found


@pytest.fixture
def geopackage(tmp_path: Path) -> Store:
    """A new workspace in a file."""
    return create_store(
        str(tmp_path / "workspace.gpkg"),
        crs=CRS.from_epsg(9210),
        scheme=SCHEME,
        busy_timeout=BUSY_TIMEOUT,
    )


@pytest.fixture(scope="session")
def _postgis_template(postgis_url: str) -> str:
    """A database with an empty workspace, to be copied: quicker than making one per test."""
    with psycopg.connect(f"{postgis_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_WORKSPACE} TEMPLATE template_georeloc")
    create_store(f"{postgis_url}/{_WORKSPACE}", crs=CRS.from_epsg(9210), scheme=SCHEME)
    return postgis_url


@pytest.fixture
def postgis(_postgis_template: str) -> Iterator[Store]:
    """A new workspace in a database."""
    url, name = _postgis_template, f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {_WORKSPACE}")
        yield open_store(f"{url}/{name}", busy_timeout=BUSY_TIMEOUT)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
