"""Each shipped rule set against cases written by hand from its text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo_relocation.assessment import (
    explain,
    hit_triggers,
    load_deadlines,
    load_shipped,
    shipped_rulesets,
)
from geo_relocation.model import split_codes

from .frames import make_findings, make_sites

GOLDEN = Path(__file__).parents[1] / "golden" / "assessment"


def read(ruleset: str, name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / ruleset / name, dtype=str, keep_default_na=False)


def typed(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows with the empty cells left out and yes/no as booleans."""
    words = {"true": True, "false": False}
    return [
        {key: words.get(value, value) for key, value in row.items() if value != ""}
        for row in frame.to_dict("records")
    ]


def test_every_shipped_rule_set_has_golden_cases():
    assert set(shipped_rulesets()) == {path.name for path in GOLDEN.iterdir() if path.is_dir()}


@pytest.fixture(params=shipped_rulesets())
def case(request, decide):
    sites = make_sites(typed(read(request.param, "sites.csv")))
    findings = make_findings(typed(read(request.param, "findings.csv")))
    rules = load_shipped(request.param)
    return request.param, sites, findings, rules, decide(sites, findings, rules)


def test_decisions_are_those_written_by_hand(case):
    name, _, _, _, decisions = case
    expected = read(name, "expected.csv")
    assert list(decisions["site_id"]) == list(expected["site_id"])
    for (_, got), want in zip(decisions.iterrows(), expected.to_dict("records"), strict=True):
        words = {True: "true", False: "false"}
        found = {
            "route": got["route"],
            "compulsory": "" if pd.isna(got["compulsory"]) else words[bool(got["compulsory"])],
            "group": "" if pd.isna(got["group"]) else got["group"],
            "deadline": "" if pd.isna(got["deadline"]) else f"{got['deadline']:%Y-%m-%d}",
            "hits": ";".join(sorted(entry["id"] for entry in hit_triggers(got["triggers"]))),
            "missing": ";".join(sorted(split_codes(got["missing"]))),
        }
        if "points" in want:
            found["points"] = "" if pd.isna(got["points"]) else f"{got['points']:g}"
        assert found == {key: want[key] for key in found}, f"{want['site_id']}: {want['why']}"


def test_explanations_say_what_was_written_by_hand(case):
    name, sites, findings, rules, decisions = case
    deadlines = load_deadlines("committee-2023")
    for (site_id, language), lines in read(name, "must_say.csv").groupby(["site_id", "language"]):
        found = findings[findings["site_id"] == site_id]
        page = explain(
            decisions.set_index("site_id", drop=False).loc[site_id],
            site=sites.set_index("site_id", drop=False).loc[site_id],
            finding=None if found.empty else found.iloc[0],
            ruleset=rules,
            deadlines=deadlines,
            language=language,
        )
        written = page.text.splitlines()
        position = -1
        for line in lines["line"]:
            assert line in written, f"{site_id} {language} lacks: {line}\n{page.text}"
            assert written.index(line) > position, f"out of order: {line}"
            position = written.index(line)
