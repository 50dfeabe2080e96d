"""What may stand in a firm's way: parks that take nobody, and limits that firms share."""

from __future__ import annotations

from enum import StrEnum

from geo_relocation.model.enums import LabelledEnum


class ParkBarrier(StrEnum):
    """Why a park takes nobody, by the code of the rule that says so; the words are the rule's."""

    NONE = "none"
    PARK_EXCLUDED = "park-excluded"
    NOT_RECEIVING = "not-receiving"
    SOUTH = "south"
    NO_LAND_DATA = "no-land-data"


class Limit(LabelledEnum):
    """What firms share, and one more may find used up. The order is that of the reasons."""

    MOVES_QUOTA = "moves-quota", "hết lượt dời trong hạn mức năm", "no moves left in the year"
    LAND_QUOTA = "land-quota", "hết hạn mức đất của năm", "no land left in the year's quota"
    SUPPORT_BUDGET = (
        "support-budget",
        "hết ngân sách hỗ trợ của năm",
        "the support budget of the year is spent",
    )
    LAND = "land", "thiếu đất", "not enough land"
    WASTEWATER = "wastewater", "thiếu công suất nước thải", "not enough wastewater capacity"
