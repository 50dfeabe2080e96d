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


class Limit(LabelledEnum):
    """What firms share, and one more may find used up. The order is that of the reasons."""

    MOVES_QUOTA = "moves-quota", "hết lượt dời trong hạn mức năm", "no moves left in the year"
    LAND_QUOTA = "land-quota", "hết hạn mức đất của năm", "no land left in the year's quota"
    LAND = "land", "thiếu đất", "not enough land"
    WASTEWATER = "wastewater", "thiếu công suất nước thải", "not enough wastewater capacity"


class Lever(LabelledEnum):
    """What may be missing at a place, and would have to be changed; see `levers`."""

    LAND = "land", "thêm đất ở một khu", "more land in a park"
    WASTEWATER = "wastewater", "thêm công suất nước thải ở một khu", "more wastewater capacity"
    MOVES_QUOTA = "moves-quota", "thêm lượt dời trong một năm", "more moves in a year"
    LAND_QUOTA = "land-quota", "thêm hạn mức đất của một năm", "more land in a year's quota"
    SECTOR = "sector", "khu nhận thêm ngành", "a sector accepted"
    ENV_LEVEL = "env-level", "khu nhận mức ô nhiễm cao hơn", "a pollution level accepted"
    YEARS = "years", "đổi năm cơ sở được dời", "other years for the firm"
    OPENING = "opening", "mở khu sớm hơn", "a park opens earlier"
    PARK = "park", "cho khu tham gia kịch bản", "a park takes part"
    RECEIVES = "receives", "cho khu tiếp nhận di dời", "a park receives"
    EXCLUSION = "exclusion", "bỏ một loại trừ của kịch bản", "an exclusion dropped"
    SECTOR_UNKNOWN = "sector-unknown", "làm rõ ngành của cơ sở", "the firm's sector found out"
    LOCK = "lock", "bỏ điều đã chốt của cơ sở", "the firm's lock dropped"
    CLOSED = "closed", "đổi tình trạng của khu (đang chuyển đổi hoặc đã bỏ)", "the park's status"
    ROAD = "road", "nối đường tới khu", "a road to the park"
    PLACE = "place", "ghi vị trí của khu", "the park's place entered"
    OWN_PARK = "own-park", "để cơ sở ở lại khu đang đứng", "the firm stays in its park"
    HORIZON = "horizon", "thêm năm vào kịch bản", "more years in the scenario"


TRIABLE = (
    Lever.LAND, Lever.WASTEWATER, Lever.MOVES_QUOTA, Lever.LAND_QUOTA, Lever.SECTOR,
    Lever.ENV_LEVEL, Lever.YEARS, Lever.OPENING, Lever.PARK, Lever.RECEIVES, Lever.EXCLUSION,
)  # fmt: skip
"""Levers that are tried when a firm is left out; the others are only named."""


class FirmBarrier(LabelledEnum):
    """What keeps a firm from being placed anywhere.

    Those from `moves-quota` on are found when a plan stands: with it, and the firm added, the
    rule named would be broken in every park and year that is allowed.
    """

    NONE = "none", "", ""
    NO_LOCATION = "no-location", "chưa có vị trí nên không tính được quãng đường", "no location"
    NO_LAND = "no-land", "chưa có diện tích đất nên không biết cần bao nhiêu", "no land area"
    SITE_EXCLUDED = "site-excluded", "kịch bản không cho bố trí cơ sở này", "excluded"
    NO_YEAR = "no-year", "không được dời trong năm nào của kịch bản", "no year is open to it"
    NO_PARK = "no-park", "không khu nào được phép nhận", "no park may take it"
    MOVES_QUOTA = "moves-quota", "hết lượt dời trong hạn mức các năm", "no moves are left"
    LAND_QUOTA = "land-quota", "hết hạn mức đất các năm", "no year has land left in its quota"
    NO_ROOM = "no-room", "các khu được phép đều không đủ đất", "no park allowed has the land"
    NO_WASTEWATER = (
        "no-wastewater",
        "các khu được phép đều không đủ công suất nước thải",
        "no park allowed has the wastewater capacity",
    )
    SEVERAL = (
        "several-limits",
        "mỗi khu, mỗi năm được phép vướng một giới hạn khác nhau",
        "another limit binds in each park or year",
    )
    NOT_FOUND = "not-found", "còn chỗ nhưng lần tìm này chưa xếp vào", "there is room, not found"


class PlacedReason(LabelledEnum):
    """Why a firm goes to the park and year it does."""

    CHEAPEST = "cheapest", "rẻ nhất trong các khu được phép", "the cheapest allowed"
    FULL = "cheaper-is-full", "nơi rẻ hơn đã hết đất hoặc nước thải", "what is cheaper is full"
    TOO_SMALL = "cheaper-too-small", "nơi rẻ hơn chưa đủ đất", "what is cheaper lacks the land"
    QUOTA = "cheaper-quota", "năm rẻ hơn đã hết hạn mức", "a cheaper year's quota is used up"
    NOT_FOUND = "cheaper-is-free", "nơi rẻ hơn còn chỗ", "what is cheaper is free"


BARRIERS = tuple(Barrier)
"""Barriers by their number in `Problem.barriers`; 0 means allowed."""


def number(barrier: Barrier) -> int:
    """The number of a barrier in `Problem.barriers`."""
    return BARRIERS.index(barrier)


def bit(barrier: Barrier) -> int:
    """The bit of a barrier in `Problem.rules`."""
    return 1 << number(barrier)
