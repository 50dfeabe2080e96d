"""The parameters of a screening run, named and said as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Language, Message, _
from geo_relocation.model.enums import LabelledEnum, LocationSource, ZoneCategory
from geo_relocation.publish.words import word
from geo_relocation.words import labels, say, style

_SHARES = {
    "residential_threshold", "conflict_probability", "clear_probability", "clear_share",
    "zone_cover",
}  # fmt: skip
_BASES: Mapping[str, Message] = {
    "planned-then-existing": _("planned land use, existing where nothing is planned"),
    "planned": _("planned land use only"),
    "existing": _("existing land use only"),
    "both": _("planned and existing land use alike"),
}
_LISTS: Mapping[str, type[LabelledEnum]] = {
    "precedence": ZoneCategory,
    "source_accuracy_m": LocationSource,
}
"""What the values or keys of a parameter are codes of."""


def said_parameters(parameters: Mapping[str, object], language: Language) -> dict[str, str]:
    """Name and value of each parameter in words; those without a value are left out.

    Parameters
    ----------
    parameters
        As stored with the run. One that this version does not know keeps its code as its name.
    language
        Of the reader.
    """
    return {
        labels()[name][language] if name in labels() else name: _said(value, name, language)
        for name, value in parameters.items()
        if value is not None
    }


def _said(value: object, name: str, language: Language) -> str:
    if isinstance(value, Mapping):
        return "; ".join(
            f"{_said(key, name, language)}: {_said(one, '', language)}"
            for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return "; ".join(_said(one, name, language) for one in value)
    if isinstance(value, bool):
        return word("yes" if value else "no", language)
    if isinstance(value, int | float):
        written = style(language)
        return written.percent(value) if name in _SHARES else written.number(value)
    if name == "plan_basis" and value in _BASES:
        return say(_BASES[str(value)], language)
    known = {member.value: member for member in _LISTS.get(name, ())}
    return known[str(value)].label(language) if value in known else str(value)
