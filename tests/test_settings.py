"""Settings from the environment and from a file."""

import pytest

from geo_relocation.errors import SettingsError
from geo_relocation.settings import load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("WORKSPACE", "AUTHOR", "LANGUAGE", "THREADS", "CRS"):
        monkeypatch.delenv(f"GEORELOC_{name}", raising=False)


def test_defaults():
    settings = load_settings()
    assert settings.workspace == "binhduong.gpkg"
    assert settings.language == "vi"
    assert settings.crs == "EPSG:9210"


def test_the_environment_wins_over_the_file(monkeypatch, tmp_path):
    (tmp_path / "georelocation.toml").write_text('author = "An"\nlanguage = "en"\n', "utf-8")
    monkeypatch.setenv("GEORELOC_LANGUAGE", "vi")
    assert load_settings().author == "An"
    assert load_settings().language == "vi"


def test_every_mistake_is_named(monkeypatch, tmp_path):
    (tmp_path / "georelocation.toml").write_text('colour = "red"\nthreads = "many"\n', "utf-8")
    monkeypatch.setenv("GEORELOC_LANGUAGE", "fr")
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert all(word in str(error.value) for word in ("colour", "threads", "language"))


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "georelocation.toml").write_text("author = ", "utf-8")
    with pytest.raises(SettingsError, match=r"georelocation\.toml is not a TOML file"):
        load_settings()
