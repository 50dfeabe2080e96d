"""A base and changes: what is merged, what is told of it, all mistakes at once."""

from __future__ import annotations

import pytest

from geo_relocation.errors import ScenarioError
from geo_relocation.scenarios import Base, load_shipped, parse_scenario

PARKS = {"P1": "KCN Một", "P2": "KCN Hai", "P3": "CCN Ba"}


def parsed(text, files=None, **given):
    """A scenario whose bases are the given contents, by name."""
    given = {"known_parks": PARKS, "known_sites": {"s", "t"}, **given}
    if files is not None:
        given["bases"] = lambda name: Base(name, files[name])
    return parse_scenario(f'id = "moi"\ntitle = "Mới"\n{text}', **given)


def test_a_scenario_is_its_base_but_for_the_changes():
    made = parsed('extends = "default"\nopening = [{ park = "KCN Hai", year = 2028 }]\n')
    base = load_shipped("default")
    assert made.where.opens == {"P2": 2028}
    assert (made.id, made.title, made.extends, made.description) == ("moi", "Mới", "default", "")
    assert made.weights == base.weights
    assert made.limits == base.limits
    assert made.where.model_copy(update={"opens": {}}) == base.where
    # What the base leaves open stays open.
    assert not {"phases", "who"} & made.match.model_fields_set


def test_tables_are_changed_row_by_row_and_lists_are_added_to():
    base = {
        "id": "goc", "title": "Gốc", "phases": [2026, 2027],
        "where": {
            "land": [
                {"park": "P1", "ha": 5, "from_year": 2026},
                {"park": "KCN Một", "ha": 9, "from_year": 2027},
            ],
            "exclude_parks": ["P3"],
        },
        "limits": {"moves_per_year": {"2026": 3, "2027": 4}, "carry_over": True},
        "locks": [{"site": "s", "park": "P1"}, {"site": "t", "latest": 2026}],
    }  # fmt: skip
    made = parsed(
        """extends = "goc"
land = [{ park = "P1", ha = 7, from_year = 2027 }]
close = ["KCN Hai"]
[limits]
moves_per_year = { 2027 = 1 }
[[locks]]
site = "s"
park = "P1"
phase = 2027
""",
        {"goc": base},
    )
    assert [(one.ha, one.from_year) for one in made.where.land] == [(5, 2026), (7, 2027)]
    assert made.where.exclude_parks == ("P3", "P2")
    assert made.limits.moves_per_year == {2026: 3, 2027: 1}
    assert made.limits.carry_over
    assert [(one.site, one.phase, one.latest) for one in made.locks] == [
        ("t", None, 2026), ("s", 2027, None),
    ]  # fmt: skip


@pytest.mark.parametrize(("opens", "expected"), [({"P1": 2026}, 2029), ({}, 2028)])
def test_the_land_of_a_park_moves_with_its_opening(opens, expected):
    base = {"where": {"land": [{"park": "P1", "ha": 5, "from_year": 2028}]}}
    made = parsed(
        'extends = "goc"\nopening = [{ park = "P1", year = 2027 }]', {"goc": base}, opens=opens
    )
    # Where nobody knows when it was to open, nothing is moved on a guess.
    assert made.where.land[0].from_year == expected


def test_closing_the_only_park_named_does_not_open_all():
    base = {"where": {"parks": ["P1"]}}
    with pytest.raises(ScenarioError, match="both named and excluded"):
        parsed('extends = "goc"\nclose = ["P1"]', {"goc": base})
    two = parsed('extends = "goc"\nclose = ["P1"]', {"goc": {"where": {"parks": ["P1", "P2"]}}})
    assert (two.where.parks, two.where.exclude_parks) == (("P2",), ("P1",))


def test_a_chain_of_bases_is_followed_and_a_ring_is_refused():
    files = {
        "a.toml": {"extends": "b.toml", "weights": {"distance": 2.0}},
        "b.toml": {"weights": {"distance": 3.0, "refused_wish": 4.0}},
    }
    made = parsed('extends = "a.toml"', files)
    assert (made.weights.distance, made.weights.refused_wish) == (2.0, 4.0)
    files["b.toml"] = {"extends": "a.toml"}
    with pytest.raises(ScenarioError, match=r"'a\.toml' extends itself"):
        parsed('extends = "a.toml"', files)


def test_mistakes_of_the_base_and_of_the_changes_are_told_together():
    base = {"where": {"exclude_parks": ["KCN Mười"]}, "effort": {"seed": -1}}
    text = """extends = "goc"
opening = [{ park = "KCN Chín", year = 2028 }, { park = "P1" }]
close = ["KCN Tám"]
colour = "red"
"""
    with pytest.raises(ScenarioError) as caught:
        parsed(text, {"goc": base})
    listed = "\n".join(map(str, caught.value.mistakes))
    for part in ("KCN Mười", "KCN Chín", "KCN Tám", "effort.seed", "colour", "each entry is"):
        assert part in listed, part
    with pytest.raises(ScenarioError) as caught:
        parsed('extends = "khong-co"\nphases = [2027, 2026]')
    listed = "\n".join(map(str, caught.value.mistakes))
    assert "khong-co" in listed
    assert "by-year" in listed
    assert "ascend" in listed
