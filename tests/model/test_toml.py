"""A text that is no TOML, in whatever way, is a mistake of the user's and no traceback."""

import pytest

from geo_relocation.errors import ScenarioError, SettingsError, UsageError
from geo_relocation.model.scheme import parse_scheme
from geo_relocation.model.toml import read_toml as read_content
from geo_relocation.scenarios import parse_scenario
from geo_relocation.settings import load_settings

TEXTS = ["a = ", "a = " + "9" * 5000, "a = " + "[" * 100_000]


@pytest.mark.parametrize("text", TEXTS, ids=["broken", "digits", "nested"])
def test_no_toml_is_told_as_such(text, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="not TOML"):
        parse_scheme(text)
    with pytest.raises(ScenarioError, match="not valid TOML"):
        parse_scenario(text)
    with pytest.raises(ValueError):
        read_content(text)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "georelocation.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="not a TOML file"):
        load_settings()
