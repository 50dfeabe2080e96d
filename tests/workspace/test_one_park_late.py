"""One park of the sample a year late: most of the province stays, and every change has its kind."""

from __future__ import annotations

import pytest

import geo_relocation
from geo_relocation.matching.plan.differences import places
from geo_relocation.model import split_codes

PARK, OPENS = "KCN Cây Trường", 2027
TEXT = 'id = "muon"\ntitle = "Muộn"\nextends = "default"\n'


@pytest.mark.nightly
def test_a_delay_moves_who_was_there_and_few_others(tmp_path) -> None:
    with geo_relocation.create(str(tmp_path / "mau.gpkg")) as ws:
        ws.load_sample()
        ws.screen()
        base = ws.match(ws.scenario("default"), work=20, seed=1)
        same = ws.match(ws.scenario(TEXT), work=20, seed=2)
        assert same.base is not None
        assert (same.base.forced, same.base.consequent) == (0, 0)
        late = f'{TEXT}opening = [{{ park = "{PARK}", year = {OPENS + 1} }}]\n'
        made = ws.match(ws.scenario(late), work=20, seed=1)
        compared = ws.comparisons.compare(base.plan_id, made.plan_id)
        parks = ws.read("parks").set_index("name")["park_id"]
    before, after = places(base.assignments), places(made.assignments)
    there = {site for site, place in before.items() if place == (parks[PARK], OPENS)}
    changed = {site for site in before if before[site] != after[site]}
    assert there
    assert (parks[PARK], OPENS) not in after.values()
    assert len(changed) <= 2 * len(there)
    firms = compared.firms.set_index("site_id")
    assert set(firms.index) == changed
    assert set(firms.index[firms["kind"] == "forced"]) == there
    assert set(firms["kind"]) <= {"forced", "consequent"}
    follows = firms[firms["kind"] == "consequent"]
    assert all(split_codes(chain)[0] in there for chain in follows["chain"])
