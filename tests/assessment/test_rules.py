"""Reading rule sets: what is right, and all that is wrong at once."""

from __future__ import annotations

import json
import re

import pytest

from geo_relocation.assessment import (
    load_batch_policy,
    load_deadlines,
    load_shipped,
    parse_batch_policy,
    parse_deadlines,
    parse_ruleset,
    ruleset_from_data,
    shipped_batch_policies,
    shipped_deadlines,
    shipped_rulesets,
    with_parameters,
)
from geo_relocation.assessment.reading import shipped
from geo_relocation.errors import RuleSetError, UnknownNameError

GOOD = """
id = "mine"
version = "1"
vi = "Của tôi"
en = "Mine"
source = "Test"
date = 2026-01-01
status = "draft"

[parameter.few]
value = 10
vi = "Ít"
en = "Few"
source = "Test"

[[trigger]]
id = "small"
vi = "Nhỏ"
en = "Small"
ground = "Test"
when = { evidence = "workers", below = { parameter = "few" } }

[[group]]
id = "go"
vi = "Đi"
en = "Go"
route = "relocate"
triggers = ["small"]

[[group]]
id = "rest"
vi = "Còn lại"
en = "Rest"
route = "stay"
default = true
"""


def mistakes(text: str, parse=parse_ruleset) -> list[str]:
    with pytest.raises(RuleSetError) as caught:
        parse(text)
    return list(map(str, caught.value.mistakes))


def test_good_rule_set():
    rules = parse_ruleset(GOOD)
    assert rules.id == "mine"
    assert rules.keys == {"workers"}
    assert rules.thresholds() == {"few": 10.0}


def test_shipped_files_are_complete_and_say_where_they_come_from():
    assert shipped_rulesets() == (
        "any-of-four-2024",
        "four-groups-2022",
        "plan-2022",
        "template-points",
    )
    assert shipped_deadlines() == ("committee-2023", "plan-2022", "press-2025")
    policies = [
        *map(load_shipped, shipped_rulesets()),
        *map(load_deadlines, shipped_deadlines()),
        *map(load_batch_policy, shipped_batch_policies()),
    ]
    for policy in policies:
        assert policy.source
        assert policy.status.value in ("draft", "press", "template")
        assert policy.assumptions, f"{policy.id} hides what it assumes"
        assert ("template" in policy.id) == (policy.status.value == "template")
    for kind in ("rules", "deadlines", "batches"):
        for name, text in shipped(kind).items():
            assert re.search(rf'^id = "{name}"$', text, re.MULTILINE), f"{kind}-{name}.toml"


def test_no_points_are_invented_outside_the_template():
    for name in shipped_rulesets():
        pointed = any(trigger.points is not None for trigger in load_shipped(name).triggers)
        assert pointed == (name == "template-points")


def test_deadlines_as_published():
    days = {
        name: {c.name: c.deadline.isoformat() for c in load_deadlines(name).cities.values()}
        for name in ("committee-2023", "press-2025")
    }
    assert days["committee-2023"] == {
        "Thuận An": "2028-12-31",
        "Dĩ An": "2030-06-30",
        "Thủ Dầu Một": "2030-06-30",
        "Tân Uyên": "2029-12-31",
        "Bến Cát": "2030-12-31",
    }
    assert days["press-2025"] == {
        "Thuận An": "2028-12-31",
        "Dĩ An": "2029-12-31",
        "Thủ Dầu Một": "2029-12-31",
        "Tân Uyên": "2029-12-31",
        "Bến Cát": "2029-12-31",
    }


def test_all_mistakes_are_listed_at_once():
    text = (
        GOOD.replace("2026-01-01", '"1 January 2026"')
        .replace('status = "draft"', 'status = "rumour"')
        .replace('evidence = "workers"', 'evidence = "worker"')
        .replace('triggers = ["small"]', 'triggers = ["small", "tiny"]')
        .replace('route = "stay"', 'route = "vanish"')
    )
    text += """
[[trigger]]
id = "small"
vi = "Nhỏ"
en = "Small"
ground = "Test"
when = { evidence = "env_breach", at_least = 3 }

[[group]]
id = "late"
vi = "Muộn"
en = "Late"
route = "close"
triggers = ["small"]
"""
    found = "\n".join(mistakes(text))
    for part in (
        "'1 January 2026' is not a date",
        "status: 'rumour' is not one of",
        "unknown evidence 'worker'; did you mean 'workers'?",
        "unknown trigger 'tiny'",
        "group[1].route: 'vanish' is not one of",
        "trigger id 'small' occurs more than once",
        "give the number 3 a name and a source",
        "at_least does not fit env_breach, which is yes or no",
        "group[2] is unreachable: it stands after the default",
        "group[2] is unreachable: group[0] takes its sites",
    ):
        assert part in found, f"not told: {part}\n{found}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("value = 10\n", 'value = "ten"\n', "'ten' does not fit workers"),
        ('{ parameter = "few" }', '{ parameter = "fewer" }', "unknown parameter 'fewer'"),
        ('{ parameter = "few" }', "0", "parameter 'few' is used by no rule"),
        ("below", "is", "is does not fit workers, which is number"),
        (', below = { parameter = "few" }', "", "needs exactly one of is, in"),
        ('triggers = ["small"]\n', "", "group[0] is unreachable: it has no triggers"),
        ("default = true\n", 'triggers = ["small"]\n', "no group is the default"),
        ('ground = "Test"\n', "", "'ground' is lacking"),
        ('id = "small"', 'id = "Small one"', "may hold only small letters"),
        ('id = "go"', 'id = "out-of-scope"', "is kept for sites outside the scope"),
        ('id = "mine"', 'id = "mine"\ncolour = 1', "nothing here is called colour"),
        ('en = "Small"\n', 'en = "Small"\nfixable = "workers"\n', "'workers' is number"),
        ('en = "Small"\n', 'en = "Small"\nnote = true\n', "trigger 'small' is a note"),
        (
            'route = "relocate"\n',
            'route = "relocate"\ncombine = "points"\n',
            "combine = 'points' needs minimum_points",
        ),
        (
            'when = { evidence = "workers", below = { parameter = "few" } }',
            'when = { evidence = "env_level", is = "IV" }',
            "unknown value 'IV'",
        ),
        (
            'when = { evidence = "workers", below = { parameter = "few" } }',
            'when = { conclusion = "plan_conflict" }',
            "a conclusion needs otherwise",
        ),
        (
            'below = { parameter = "few" }',
            'below = { parameter = "few" }, unsure = 0',
            "unsure 0 lies on the wrong side of 10",
        ),
    ],
)
def test_mistakes_of_sense(old, new, told):
    assert old in GOOD
    assert any(told in mistake for mistake in mistakes(GOOD.replace(old, new, 1)))


def test_points_that_cannot_be_reached():
    text = GOOD.replace('en = "Small"\n', 'en = "Small"\npoints = 5\n').replace(
        'triggers = ["small"]',
        'triggers = ["small"]\ncombine = "points"\nminimum_points = { parameter = "few" }',
    )
    assert any("10 points are asked, 5 can be had" in mistake for mistake in mistakes(text))


def test_points_asked_twice():
    group = """
[[group]]
id = "{name}"
vi = "Nhóm"
en = "Group"
route = "relocate"
combine = "points"
triggers = ["small"]
minimum_points = {{ parameter = "few" }}
"""
    head, _ = GOOD.split('[[group]]\nid = "go"')
    head = head.replace('en = "Small"\n', 'en = "Small"\npoints = 50\n')
    rest = '[[group]]\nid = "rest"' + GOOD.split('[[group]]\nid = "rest"')[1]
    text = head + group.format(name="one") + group.format(name="two") + rest
    assert mistakes(text) == ["group[1] is unreachable: group[0] takes its sites."]


def test_text_that_is_not_toml():
    assert "it is not TOML" in mistakes("id = ")[0]


RUBBISH = (None, 3, -1.5, True, "x", [], {}, [1], [[]], ["x"], {"a": 1}, {"parameter": []})


def places(content, way=()):
    """Every path into a content."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for step, part in pairs:
        yield (*way, step)
        if isinstance(part, dict | list):
            yield from places(part, (*way, step))


def test_rubbish_in_any_place_is_told_and_never_a_crash():
    original = load_shipped("template-points").data
    refused = 0
    for number, way in enumerate(places(original)):
        data = json.loads(json.dumps(original))
        inner = data
        for step in way[:-1]:
            inner = inner[step]
        inner[way[-1]] = RUBBISH[number % len(RUBBISH)]
        try:
            ruleset_from_data(data)
        except RuleSetError:
            refused += 1
    assert refused > 100


def test_hash_follows_the_content_and_not_the_layout():
    rules = parse_ruleset(GOOD)
    assert parse_ruleset("# a comment\n" + GOOD.replace("\n\n", "\n\n\n")).hash == rules.hash
    assert parse_ruleset(GOOD.replace("value = 10", "value = 11")).hash != rules.hash
    assert (
        with_parameters(rules, {"few": 11}).hash
        == parse_ruleset(GOOD.replace("value = 10", "value = 11")).hash
    )
    assert ruleset_from_data(json.loads(json.dumps(rules.data))).hash == rules.hash


def test_changing_a_parameter_that_is_not_there():
    with pytest.raises(RuleSetError, match="did you mean 'few'"):
        with_parameters(parse_ruleset(GOOD), {"fewe": 3})


def test_unknown_shipped_name():
    with pytest.raises(UnknownNameError, match="any-of-four-2024"):
        load_shipped("any-of-five")


def test_mistakes_in_deadlines_and_batches():
    text = shipped("deadlines")["press-2025"]
    broken = text.replace('code = "724"', 'code = "725"').replace("date = 2025-01-01", "date = 7")
    found = "\n".join(mistakes(broken, parse_deadlines))
    assert "city code '725' occurs more than once" in found
    assert "date: '7' is not a text in quotation marks" in found
    text = shipped("batches")["template"]
    broken = text.replace('id = "2"', 'id = "1"').replace("year = 2030", "year = 2020")
    found = "\n".join(mistakes(broken, parse_batch_policy))
    assert "batch id '1' occurs more than once" in found
    assert "do not follow each other by year" in found
