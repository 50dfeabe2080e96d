"""One small workspace, on either store."""

from __future__ import annotations

import pytest

import geo_relocation


@pytest.fixture(params=["geopackage", pytest.param("postgis", marks=pytest.mark.postgis)])
def url(request, tmp_path):
    """Address of a workspace that is not there yet."""
    if request.param == "geopackage":
        return str(tmp_path / "w.gpkg")
    return request.getfixturevalue("postgis_workspace_url")


@pytest.fixture
def workspace(url, monkeypatch):
    """An empty workspace."""
    monkeypatch.setenv("GEORELOC_AUTHOR", "Cán bộ thử")
    with geo_relocation.create(url) as opened:
        yield opened
