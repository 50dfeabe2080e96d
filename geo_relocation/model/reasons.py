"""Why a plan places a firm where it does, or leaves it out: the codes that assignments hold."""

from __future__ import annotations

from geo_relocation.model.enums import LabelledEnum


class FirmBarrier(LabelledEnum):
    """What keeps a firm from being placed anywhere.

    Those from `moves-quota` on are found when a plan stands: with it, and the firm added, the
    rule named would be broken in every park and year that is allowed.
    """

    NONE = "none", "", ""
    NO_LOCATION = (
        "no-location",
        "chưa có vị trí nên không tính được quãng đường",
        "its location is not known, so no distance can be measured",
    )
    NO_LAND = (
        "no-land",
        "chưa có diện tích đất nên không biết cần bao nhiêu",
        "its land area is not known, so neither is what it needs",
    )
    SITE_EXCLUDED = (
        "site-excluded",
        "kịch bản không cho bố trí cơ sở này",
        "the scenario excludes it",
    )
    NO_YEAR = (
        "no-year",
        "không được dời trong năm nào của kịch bản",
        "it may move in no year of the scenario",
    )
    NO_PARK = "no-park", "không khu nào được phép nhận", "no park may take it"
    MOVES_QUOTA = (
        "moves-quota",
        "hết lượt dời trong hạn mức các năm",
        "no moves are left in the quotas of the years",
    )
    LAND_QUOTA = "land-quota", "hết hạn mức đất các năm", "no year has land left in its quota"
    SUPPORT_BUDGET = (
        "support-budget",
        "hết ngân sách hỗ trợ các năm",
        "no year has enough of its support budget left",
    )
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
    NOT_FOUND = (
        "not-found",
        "còn chỗ nhưng lần tìm này chưa xếp vào",
        "there is room, this search has not used it",
    )


class PlacedReason(LabelledEnum):
    """Why a firm goes to the park and year it does."""

    CHEAPEST = "cheapest", "rẻ nhất trong các khu được phép", "the cheapest allowed"
    FULL = "cheaper-is-full", "nơi rẻ hơn đã hết đất hoặc nước thải", "what is cheaper is full"
    TOO_SMALL = "cheaper-too-small", "nơi rẻ hơn chưa đủ đất", "what is cheaper lacks the land"
    QUOTA = "cheaper-quota", "năm rẻ hơn đã hết hạn mức", "a cheaper year's quota is used up"
    NOT_FOUND = "cheaper-is-free", "nơi rẻ hơn còn chỗ", "what is cheaper is free"


class DifferenceKind(LabelledEnum):
    """Why a firm fares differently in a plan than in its base."""

    FORCED = "forced", "Bắt buộc", "Forced"
    CONSEQUENT = "consequent", "Kéo theo", "Consequent"
