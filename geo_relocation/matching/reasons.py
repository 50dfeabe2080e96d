"""Why a firm may not go somewhere, or was left out: one list of codes with words."""

from __future__ import annotations

from geo_relocation.model.enums import LabelledEnum


class Barrier(LabelledEnum):
    """What forbids a firm in a park. The order is the order in which rules are tried."""

    NONE = "none", "được phép", "allowed"
    PARK_EXCLUDED = "park-excluded", "khu không tham gia kịch bản", "park takes no part"
    NOT_RECEIVING = "not-receiving", "khu không tiếp nhận di dời", "park does not receive"
    SOUTH = "south", "khu ở phía nam (nơi đi)", "park stands in the south"
    NO_LAND_DATA = "no-land-data", "khu chưa có số liệu đất trống", "free land not known"
    EXCLUDED = "excluded", "bị loại trừ trong kịch bản", "excluded by the scenario"
    LOCKED_ELSEWHERE = "locked-elsewhere", "đã chốt nơi khác", "locked to another park"
    OWN_PARK = "own-park", "đang nằm trong chính khu này", "already inside this park"
    SECTOR = "sector", "khu không nhận ngành này", "sector not accepted"
    SECTOR_UNKNOWN = "sector-unknown", "chưa rõ ngành, khu chỉ nhận một số ngành", "sector unknown"
    ENV_LEVEL = "env-level", "mức ô nhiễm vượt mức khu nhận", "pollution level too high"
    NO_YEAR = "no-year", "cơ sở không được dời trong năm nào", "the firm may move in no year"
    TOO_SMALL = (
        "too-small",
        "khu không đủ đất trong các năm được phép, dù để trống cả khu",
        "needs more than all its land in the years allowed",
    )
    WASTEWATER = "wastewater", "nước thải vượt công suất còn lại của khu", "wastewater too much"
    NOT_OPEN = "not-open", "khu chưa mở trong các năm được phép", "not open in the years allowed"
    UNREACHABLE = "unreachable", "không có đường nối", "no road joins them"
    NO_PLACE = "no-place", "khu chưa có vị trí nên không tính được quãng đường", "park has no place"


class FirmBarrier(LabelledEnum):
    """What keeps a firm from being placed anywhere."""

    NONE = "none", "", ""
    NO_LOCATION = "no-location", "chưa có vị trí nên không tính được quãng đường", "no location"
    NO_LAND = "no-land", "chưa có diện tích đất nên không biết cần bao nhiêu", "no land area"
    SITE_EXCLUDED = "site-excluded", "kịch bản không cho bố trí cơ sở này", "excluded"
    NO_YEAR = "no-year", "không được di dời trong năm nào của kịch bản", "no year is open to it"
    NO_PARK = "no-park", "không khu nào được phép nhận", "no park may take it"
    NO_ROOM = "no-room", "các khu được phép đều đã hết chỗ", "the parks allowed are full"


BARRIERS = tuple(Barrier)
"""Barriers by their number in `Problem.barriers`; 0 means allowed."""


def number(barrier: Barrier) -> int:
    """The number of a barrier in `Problem.barriers`."""
    return BARRIERS.index(barrier)


def bit(barrier: Barrier) -> int:
    """The bit of a barrier in `Problem.rules`."""
    return 1 << number(barrier)
