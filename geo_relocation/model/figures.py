"""The figures of a plan, and what they are broken down by."""

from __future__ import annotations

from geo_relocation.model.enums import LabelledEnum

UNKNOWN_PART = "unknown"
"""The part of those of which nothing tells where they belong."""


class IndicatorKey(LabelledEnum):
    """Figures of a plan, in the order in which they are shown."""

    PLACED = "placed", "Cơ sở được bố trí", "Firms placed"
    UNPLACED = "unplaced", "Cơ sở chưa bố trí", "Firms left out"
    PLACED_SHARE = "placed_share", "Tỷ lệ được bố trí", "Share placed"
    LAND_HA = "land_ha", "Đất giao", "Land given"
    DISTANCE_KM = "distance_km", "Tổng quãng đường", "Sum of distances"
    DISTANCE_MEAN_KM = (
        "distance_mean_km",
        "Quãng đường trung bình một cơ sở",
        "Mean distance of a firm",
    )
    DISTANCE_WORKER_KM = (
        "distance_worker_km",
        "Quãng đường trung bình một lao động",
        "Mean distance of a worker",
    )
    DISTANCE_P90_KM = (
        "distance_p90_km",
        "Quãng đường mà 90% cơ sở không vượt quá",
        "Distance that 90% of firms do not exceed",
    )
    SMALL_FIRMS = "small_firms", "Cơ sở nhỏ được bố trí", "Small firms placed"
    SMALL_LEFT_OUT = "small_left_out", "Cơ sở nhỏ chưa bố trí", "Small firms left out"
    SMALL_DISTANCE_KM = (
        "small_distance_km",
        "Quãng đường trung bình một cơ sở nhỏ",
        "Mean distance of a small firm",
    )
    HOME_WORKERS = (
        "home_workers",
        "Lao động biết nơi ở, của cơ sở được bố trí",
        "Workers whose homes are known, of firms placed",
    )
    HOME_BEFORE_KM = (
        "home_before_km",
        "Quãng đường trung bình từ nơi ở của lao động đến nơi cũ",
        "Mean way from workers' homes to the old site",
    )
    HOME_AFTER_KM = (
        "home_after_km",
        "Quãng đường trung bình từ nơi ở của lao động đến khu/cụm",
        "Mean way from workers' homes to the park",
    )
    WORKERS = "workers", "Lao động của cơ sở được bố trí", "Workers of firms placed"
    WORKERS_LEFT_OUT = (
        "workers_left_out",
        "Lao động của cơ sở chưa bố trí",
        "Workers of firms left out",
    )
    WRONG_SPECIALISATION = (
        "wrong_specialisation",
        "Cơ sở vào khu khác chuyên ngành",
        "Firms in parks specialised in other sectors",
    )
    WISHES_REFUSED = (
        "wishes_refused",
        "Cơ sở không được theo nguyện vọng",
        "Firms whose wish is refused",
    )
    CHANGED = (
        "changed",
        "Cơ sở đổi so với phương án làm gốc",
        "Firms changed from the plan it is based on",
    )
    VACATED_HA = "vacated_ha", "Đất trả lại ở nơi cũ", "Land vacated"
    VACATED_PUBLIC_HA = (
        "vacated_public_ha",
        "Đất trả lại quy hoạch làm công trình công cộng, cây xanh, giao thông",
        "Land vacated that is planned for public works, green and transport",
    )
    RENT_MUSD = "rent_musd", "Tiền thuê đất cả thời hạn", "Rent for the whole term"
    PARKS_USED = "parks_used", "Khu/cụm được dùng", "Parks used"
    SUPPORT_BVND = "support_bvnd", "Tiền bồi thường, hỗ trợ tính được", "Support computed"
    SUPPORT_UNKNOWN = (
        "support_unknown",
        "Cơ sở có khoản chưa tính được",
        "Firms with unknown support",
    )
    COST_KM = "cost_km", "Chi phí quy đổi", "Cost in km-equivalents"


class Breakdown(LabelledEnum):
    """What a figure is broken down by."""

    YEAR = "year", "Năm", "Year"
    CITY = "city", "Huyện/thành phố cũ", "Old district or city"
    UNIT = "unit", "Phường/xã mới", "New unit"
    SECTOR = "sector", "Ngành", "Sector"
    PARK = "park", "Khu/cụm nhận", "Park"
    GROUP = "group", "Nhóm", "Group"
    PAYER = "payer", "Cơ quan chi", "Payer"
    AFTER_USE = (
        "after-use",
        "Chức năng theo quy hoạch của đất trả lại",
        "Planned use of vacated land",
    )
