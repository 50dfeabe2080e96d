"""Vietnamese tax codes (mã số thuế): their written form, and whether the check digit holds.

Ten digits, the last a check digit; a branch adds three after a hyphen. Since 1 July 2025
individuals and business households use the twelve digits of their personal identity number
instead (Thông tư 86/2024/TT-BTC), which has no check digit.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)
from stdnum.vn import mst

from geo_relocation.lazy import np, pd
from geo_relocation.model.enums import IssueAction, Severity
from geo_relocation.model.told import told
from geo_relocation.text._cells import fold, is_missing
from geo_relocation.text.problems import Finding, Log, Parsed
from geo_relocation.text.refusals import common_problem

Reason = Literal["", "length", "letters", "component", "check-digit", "branch"]

_BRANCH = 13
_PREFIX = re.compile(r"^(?:mst|mã số thuế|msdn|tax code)\s*[:.]?\s*", re.IGNORECASE)
# A personal identity number: province 001 to 096, century and sex, year, six digits.
_PERSONAL = re.compile(r"^0(?:0[1-9]|[1-8]\d|9[0-6])\d{9}$")


class TaxCode(NamedTuple):
    """A tax code and what became of it.

    Attributes
    ----------
    code
        ``0312687878`` or ``0312687878-001``, twelve digits for a person; None when not valid.
    reason
        Why it is not valid: `length`, `letters`, `component` (no number between province and
        check digit), `check-digit`, `branch` (suffix not 001 to 999); empty when it is.
    restored
        Whether a leading zero that a spreadsheet dropped was put back.
    personal
        Whether it is a personal identity number, which nothing can verify.
    """

    code: str | None
    reason: Reason = ""
    restored: bool = False
    personal: bool = False


def check_tax_code(written: str) -> TaxCode:
    """The tax code that a text holds.

    A zero is put back in front only where the check digit then holds: spreadsheets drop it from
    every code of the provinces 01 to 09.
    """
    text = re.sub(r"\.0+$", "", _PREFIX.sub("", fold(written)).strip("'\" "))
    plain = text.isascii() and text.isdecimal()
    digits = text if plain else mst.compact(re.sub(r"[–—−/]", "-", text))
    reason = _fault(digits)
    if not reason:
        return TaxCode(_formatted(digits))
    if _fault("0" + digits) == "":
        return TaxCode(_formatted("0" + digits), restored=True)
    if _PERSONAL.match(digits):
        return TaxCode(digits, personal=True)
    return TaxCode(None, reason)


def parse_tax_codes(values: pd.Series) -> Parsed:
    """Tax codes from a column of texts and numbers.

    Returns
    -------
    Parsed
        ``str`` codes, missing where a cell holds no valid one: a wrong code must never join two
        firms. Kinds: `tax-code-invalid`, `tax-code-restored`, `tax-code-personal`,
        `excel-error`, `stated-missing`.
    """
    cells = values.tolist()
    log = Log(cells)
    result: list[str | None] = [None] * len(cells)
    for position, value in enumerate(cells):
        if is_missing(value):
            continue
        text = _as_text(value)
        if (known := common_problem(text)) is not None:
            log.cells([position], known)
            continue
        found = check_tax_code(text)
        result[position] = found.code
        if found.code is None:
            log.cells([position], _invalid(text.strip(), found.reason))
        elif found.restored:
            log.cells([position], _restored(found.code), IssueAction.REPAIRED)
        elif found.personal:
            log.cells([position], _PERSONAL_CODE, IssueAction.KEPT)
    codes = pd.Series(result, index=values.index, name=values.name, dtype="str")
    return Parsed(codes, log.frame())


def _as_text(value: object) -> str:
    """A cell as text; whole numbers without a decimal part."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _formatted(digits: str) -> str:
    """Valid digits with the hyphen before those of a branch."""
    return digits if len(digits) < _BRANCH else f"{digits[:-3]}-{digits[-3:]}"


def _fault(digits: str) -> Reason:
    """Why some digits are no tax code; empty when they are one."""
    try:
        mst.validate(digits)
    except InvalidLength:
        return "length" if digits.isdecimal() or not digits else "letters"
    except InvalidFormat:
        return "letters"
    except InvalidChecksum:
        return "check-digit"
    except InvalidComponent:
        return "branch" if len(digits) == _BRANCH and digits.endswith("000") else "component"
    except ValidationError:
        return "component"
    return ""


_PERSONAL_CODE = Finding(
    "tax-code-personal",
    Severity.INFO,
    told("parsing.tax-code-personal"),
)


def _invalid(shown: str, reason: Reason) -> Finding:
    return Finding(
        "tax-code-invalid",
        Severity.ERROR,
        told("parsing.tax-code-invalid", value=shown, reason=told(f"parsing.reason-{reason}")),
    )


def _restored(code: str) -> Finding:
    return Finding(
        "tax-code-restored",
        Severity.INFO,
        told("parsing.tax-code-restored", code=code),
    )
