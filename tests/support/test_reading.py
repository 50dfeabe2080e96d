"""Files of policies: every mistake at once, and conditions that may be unknown."""

from __future__ import annotations

import datetime as dt

import pytest

from geo_relocation.errors import RuleSetError
from geo_relocation.support import catalogue, evidence_registry, parse_parameters, parse_policies
from geo_relocation.support.conditions import Answer
from geo_relocation.support.facts import Firm

HEAD = 'id = "x"\nvi = "X"\nen = "X"\n'
POLICY = (
    '[[policy]]\nid = "{id}"\nvi = "A"\nen = "A"\nground = "g"\nsource = "s"\ncertainty = "[S]"\n'
)


def policy(more="", name="X1"):
    return HEAD + POLICY.format(id=name) + more


WRONG = {
    'amount = "land_m3 * 2"': ["land_m3"],
    'amount = "open(1)"': ["open(1)"],
    'amount = "rent_mode * 2"': ["rent_mode"],
    'payer = "bank"': ["bank", "finance"],
    'status = "law"': ["law"],
    'when = { evidence = "landm2", is = 1 }': ["landm2"],
    'when = { evidence = "rent_mode", is = "never" }': ["never", "rent_mode"],
    'when = { evidence = "land_m2", is = "many" }': ["many"],
    'when = { evidence = "rent_mode", above = "one-off" }': ["above"],
    'when = { evidence = "land_m2", above = 1, below = 2 }': ["at_least"],
    'when = { evidence = "land_m2" }': ["at_least"],
    "when = { all = [] }": ["all"],
    'when = { policy = "N99" }': ["N99"],
    'when = { evidence = "land_m2", above = 1, beside = 2 }': ["beside"],
    'valid_from = "soon"': ["soon"],
    'colour = "red"': ["colour"],
    'amount = "1"\n[[policy.case]]\namount = "2"': ["case"],
    'instead_of = ["N98"]': ["N98"],
    'amount = "X1 + 1"': ["X1"],
    'who = "everybody"': ["everybody"],
    'when = { evidence = "land_m2", above = inf }': ["inf"],
    'when = { evidence = "land_m2", in = [nan] }': ["nan"],
}


@pytest.mark.parametrize(("more", "named"), WRONG.items())
def test_each_mistake_is_named(more, named):
    with pytest.raises(RuleSetError) as error:
        parse_policies(policy(more))
    for word in named:
        assert word in str(error.value)


def test_all_mistakes_come_at_once():
    text = policy('payer = "bank"\namount = "("\n') + POLICY.format(id="X1")
    with pytest.raises(RuleSetError) as error:
        parse_policies(text)
    assert len(error.value.mistakes) == 3
    with pytest.raises(RuleSetError, match="TOML"):
        parse_policies("id = ")


def test_figures_without_end_and_parameters_of_one_name_are_refused():
    known = catalogue()
    ids = frozenset(known.policies)
    for value in ("inf", "nan", "1e400", "true", '"3"'):
        for text in (f"value = {value}", f"by_city = {{ x = {value} }}"):
            with pytest.raises(RuleSetError, match="rent_years"):
                parse_parameters(
                    f'[parameter.rent_years]\n{text}\nsource = "s"', known.parameters, policies=ids
                )
    own = policy() + '[parameter.rent_years]\nvi = "A"\nen = "A"\n'
    with pytest.raises(RuleSetError, match="rent_years"):
        parse_policies(own, parameters=known.parameters)


def test_policies_may_not_wait_for_each_other():
    text = policy('amount = "X2"\n') + POLICY.format(id="X2") + 'when = { policy = "X1" }\n'
    with pytest.raises(RuleSetError, match="X1, X2"):
        parse_policies(text)


def asked(condition, **values):
    (found,) = parse_policies(policy(f"when = {condition}")).policies
    firm = Firm("S", dt.date(2026, 1, 1), 2026, None, values)

    def nobody(name, of):
        return Answer(holds=None)

    return found.when.ask(firm, nobody)


LARGE = '{ evidence = "workers", above = 10 }'
HOUSE = '{ evidence = "ownership", is = "household" }'
THREE = {True: {"workers": 11}, False: {"workers": 10}, None: {}}
OTHER = {True: {"ownership": "household"}, False: {"ownership": "fdi"}, None: {}}


@pytest.mark.parametrize("first", THREE)
@pytest.mark.parametrize("second", OTHER)
def test_conditions_are_kleenes(first, second):
    order = {False: -1, None: 0, True: 1}
    back = {rank: truth for truth, rank in order.items()}
    given = THREE[first] | OTHER[second]
    both = asked(f"{{ all = [{LARGE}, {HOUSE}] }}", **given)
    one = asked(f"{{ any = [{LARGE}, {HOUSE}] }}", **given)
    assert both.holds == back[min(order[first], order[second])]
    assert one.holds == back[max(order[first], order[second])]
    assert asked(f"{{ not = {LARGE} }}", **given).holds == back[-order[first]]
    for answer in (both, one):
        missing = {key for key in ("workers", "ownership") if key not in given}
        assert set(answer.lacking) == (missing if answer.holds is None else set())


def test_days_are_compared_and_open_values_are_left_open():
    ended = '{ evidence = "lease_end", below = 2026-01-01 }'
    assert asked(ended, lease_end=dt.date(2025, 12, 31)).holds is True
    assert asked(ended, lease_end=dt.date(2026, 1, 1)).holds is False
    some = '{ evidence = "rent_mode", is = "yearly", undecided = ["sublease"] }'
    left_open = asked(some, rent_mode="sublease")
    assert (left_open.holds, left_open.lacking) == (None, ())
    assert "Land sub-leased" in str(left_open.because)


def test_every_piece_of_evidence_has_words_in_both_languages():
    for one in evidence_registry().values():
        assert one.label("vi")
        assert one.label("en")
        assert one.label("vi") != one.label("en")
        assert set(one.needs) <= evidence_registry().keys()


def test_every_shipped_policy_says_who_pays_since_when_and_by_which_source():
    for one in catalogue().policies.values():
        assert one.label("vi")
        assert one.label("en")
        assert one.ground
        assert one.source
        assert one.cases == () or one.payer_source.vi
        assert one.cases == () or one.formula.vi or one.cap
