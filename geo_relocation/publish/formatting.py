"""Numbers, shares and dates as people write them in Vietnamese and English."""

from __future__ import annotations

import json
from collections.abc import Mapping

from geo_relocation.messages import Language
from geo_relocation.standing.days import day_of


def say_number(value: float, language: Language = "vi", digits: int = 1) -> str:
    """A number with separators for thousands; decimals that are zero are left out."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        text = "0"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def say_share(value: float, language: Language = "vi") -> str:
    """A share of 0 to 1 in per cent."""
    return f"{say_number(value * 100, language)} %"


def say_date(value: object, language: Language = "vi") -> str:
    """A date as day/month/year, or as ISO in English; an instant by its day in Vietnam."""
    return f"{day_of(value):{'%d/%m/%Y' if language == 'vi' else '%Y-%m-%d'}}"


def flat_parameters(parameters: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Run parameters, nested ones by dotted name, as text in the order given."""
    found: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            found |= flat_parameters(value, f"{prefix}{name}.")
        elif isinstance(value, (list, tuple)):
            found[f"{prefix}{name}"] = ", ".join(str(item) for item in value)
        elif isinstance(value, (str, int, float)) or value is None:
            found[f"{prefix}{name}"] = "" if value is None else str(value)
        else:
            found[f"{prefix}{name}"] = json.dumps(value, ensure_ascii=False, default=str)
    return found
