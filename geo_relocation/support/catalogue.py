"""The policies that are asked for: those that ship, those of a user's file, chosen by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from geo_relocation.errors import UnknownNameError
from geo_relocation.messages import _
from geo_relocation.support.policy import Parameter, Policy, PolicySet
from geo_relocation.support.reading import parse_policies

_FOLDER = resources.files("geo_relocation.support").joinpath("policies")
_PARAMETERS = "parameters"
"""The file that declares what provinces set; it has no policies."""


@dataclass(frozen=True)
class Catalogue:
    """Policies, and what their formulas name.

    Attributes
    ----------
    policies
        All that are known, by id, in the order of the files.
    chosen
        Ids of those to work out.
    parameters
        Declared parameters, by name.
    """

    policies: Mapping[str, Policy]
    chosen: tuple[str, ...]
    parameters: Mapping[str, Parameter]

    @property
    def worked_out(self) -> tuple[Policy, ...]:
        """The chosen policies, in the order of the files."""
        return tuple(one for one in self.policies.values() if one.id in set(self.chosen))

    @property
    def needed(self) -> dict[str, Parameter]:
        """The parameters that formulas of the chosen policies name."""
        named = set().union(*(policy.names for policy in self.worked_out))
        return {name: one for name, one in self.parameters.items() if name in named}


@cache
def shipped_sets() -> Mapping[str, PolicySet]:
    """The policy files that come with the program, by id."""
    found: dict[str, PolicySet] = {}
    known: list[str] = []
    declared: dict[str, Parameter] = {}
    for name, text in _texts().items():
        one = parse_policies(text, policies=known, parameters=declared)
        declared |= one.parameters
        known += [policy.id for policy in one.policies]
        if name != _PARAMETERS:
            found[one.id] = one
    return found


@cache
def _texts() -> Mapping[str, str]:
    """Texts of the shipped files by name: that of the parameters first, then the nation's."""
    files = [file for file in _FOLDER.iterdir() if file.name.endswith(".toml")]
    texts = {file.name.removesuffix(".toml"): file.read_text("utf-8") for file in files}
    first = (_PARAMETERS, "national")
    return {name: texts[name] for name in (*first, *sorted(texts.keys() - {*first}))}


def shipped_text(name: str) -> str:
    """Text of one shipped file.

    Raises
    ------
    UnknownNameError
        If no such file is shipped.
    """
    if name not in _texts():
        raise UnknownNameError(_("file of support policies"), name, list(_texts()))
    return _texts()[name]


def catalogue(names: Sequence[str] = (), *, texts: Iterable[str] = ()) -> Catalogue:
    """The policies to work out.

    Parameters
    ----------
    names
        Of shipped files, or ids of single policies; none: what is so by default.
    texts
        Contents of files of one's own, whose policies are worked out too.

    Raises
    ------
    UnknownNameError
        If a name is neither a file nor a policy.
    RuleSetError
        If a file has mistakes.
    """
    sets = dict(shipped_sets())
    policies = {policy.id: policy for one in sets.values() for policy in one.policies}
    parameters = {name: p for one in sets.values() for name, p in one.parameters.items()}
    asked = list(names)
    for text in texts:
        own = parse_policies(text, policies=list(policies), parameters=parameters)
        sets[own.id] = own
        policies |= {policy.id: policy for policy in own.policies}
        parameters |= own.parameters
        asked.append(own.id)
    if not asked:
        asked = [one.id for one in sets.values() if one.default]
    chosen: dict[str, None] = {}
    for name in asked:
        if name in sets:
            chosen |= dict.fromkeys(p.id for p in sets[name].policies if p.default)
        elif name in policies:
            chosen[name] = None
        else:
            known = [*sets, *policies]
            raise UnknownNameError(_("support policy"), name, known)
    for name in list(chosen):
        for replaced in policies[name].instead_of:
            chosen.pop(replaced, None)
    return Catalogue(policies, tuple(chosen), parameters)
