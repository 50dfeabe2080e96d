"""Fixed words of the publications, Vietnamese and English side by side.

Headers of columns come from the data dictionary and statuses from the enums; here is only
what belongs to neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from geo_relocation.messages import Language

WORDS: Mapping[str, tuple[str, str]] = {
    # the map
    "list": ("Danh sách", "List"),
    "search": ("Tìm tên, mã, xã/phường…", "Find name, id, commune…"),
    "search_tax": ("Tìm tên, mã, xã/phường, mã số thuế…", "Find name, id, commune, tax code…"),
    "without_confidential": (
        "Không kèm thông tin cá nhân và thông tin mật của cơ sở.",
        "Personal and confidential attributes are left out.",
    ),
    "with_confidential": (
        "CÓ THÔNG TIN MẬT, chỉ dùng nội bộ: {attributes}.",
        "CONFIDENTIAL, for internal use only: {attributes}.",
    ),
    "plan_scope": ("Phạm vi phương án", "Scope of the plan"),
    "all_verdicts": ("Mọi kết luận", "All verdicts"),
    "all_cities": ("Mọi huyện/thành phố", "All cities"),
    "all_plans": ("Mọi tình trạng bố trí", "Placed or not"),
    "shown": ("cơ sở", "sites"),
    "of": ("trên", "of"),
    "more": ("Hiện thêm", "Show more"),
    "nothing_found": (
        "Không có cơ sở nào phù hợp. Bớt chữ hoặc bỏ bộ lọc.",
        "No site fits. Use fewer letters or clear the filters.",
    ),
    "clear_filters": ("Bỏ bộ lọc", "Clear filters"),
    "layers": ("Lớp và chú giải", "Layers and legend"),
    "zones_planned": ("Quy hoạch", "Planned land use"),
    "zones_existing": ("Hiện trạng", "Existing land use"),
    "boundaries": ("Ranh giới hành chính", "Administrative units"),
    "roads": ("Đường", "Roads"),
    "parks": ("Khu và cụm công nghiệp", "Industrial parks and clusters"),
    "parks_ring": (
        "Vòng tròn: phần đất còn trống mà phương án dùng",
        "Ring: part of the free land that the plan uses",
    ),
    "sites": ("Cơ sở theo kết luận rà soát", "Sites by verdict"),
    "plan": ("Phương án bố trí", "Plan"),
    "flows": ("Luồng từ huyện, thành phố đến nơi nhận", "Flows from district to destination"),
    "lines": ("Đường nối cơ sở đến nơi nhận", "Lines from site to destination"),
    "unplaced_rings": ("Chưa bố trí được", "Not placed"),
    "no_location": ("Chưa có vị trí trên bản đồ", "No location on the map"),
    "unnamed": ("Cơ sở", "Site"),
    "close": ("Đóng", "Close"),
    "facts": ("Hồ sơ", "Facts"),
    "screening": ("Rà soát quy hoạch", "Screening"),
    "decision": ("Kết luận theo bộ tiêu chí", "Decision"),
    "destination": ("Nơi đến", "Destination"),
    "share_of_land": ("Tỷ lệ đất theo nhóm chức năng", "Share of the land by category"),
    "cost": ("Chi phí quy đổi", "Cost"),
    "firms_placed": ("Cơ sở được bố trí", "Firms placed"),
    "used_by_plan": ("Phương án dùng", "Used by the plan"),
    "left_after_plan": ("Còn lại", "Left"),
    "notes": ("Ghi chú", "Notes"),
    "simplified": (
        "Ranh vùng ở đây được giản lược (dung sai {metres} m); GeoPackage giữ bản đầy đủ.",
        "Zone outlines are simplified (tolerance {metres} m); the GeoPackage has them in full.",
    ),
    "base_map": ("Nền OpenStreetMap (cần mạng)", "OpenStreetMap (needs a network)"),
    "yes": ("Có", "Yes"),
    "no": ("Không", "No"),
    "without_city": ("Chưa rõ huyện/thành phố", "City not known"),
    # projects, workbook, document
    "group_results": ("Kết quả", "Results"),
    "group_planning": ("Quy hoạch và hiện trạng", "Land use"),
    "group_base": ("Nền", "Base"),
    "group_tables": ("Bảng số liệu", "Tables"),
    "site_points": ("Cơ sở (điểm, theo kết luận)", "Sites (points, by verdict)"),
    "site_outlines": ("Cơ sở (ranh đất)", "Sites (outlines)"),
    "park_points": ("Khu và cụm (điểm)", "Parks (points)"),
    "park_outlines": ("Khu và cụm (ranh)", "Parks (outlines)"),
    "lots": ("Lô đất", "Lots"),
    "districts": ("Huyện/thành phố (cũ)", "Districts (former)"),
    "communes": ("Xã/phường", "Communes"),
    "sheet_summary": ("Tổng hợp", "Summary"),
    "sheet_list": ("DS sơ bộ", "List"),
    "sheet_findings": ("Kết quả rà soát", "Findings"),
    "sheet_placed": ("Phương án bố trí", "Plan"),
    "sheet_unplaced": ("Chưa bố trí", "Not placed"),
    "sheet_parks": ("Sử dụng khu, cụm", "Use of parks"),
    "sheet_indicators": ("Chỉ tiêu", "Indicators"),
    "sheet_notes": ("Ghi chú", "Notes"),
    "title_list": (
        "Danh sách sơ bộ cơ sở thuộc diện xem xét chuyển đổi công năng, di dời",
        "Preliminary list of sites considered for conversion or relocation",
    ),
    "title_findings": ("Kết quả rà soát mọi cơ sở", "Screening results of all sites"),
    "title_placed": ("Phương án bố trí vào khu, cụm công nghiệp", "Plan: who goes where"),
    "title_unplaced": ("Cơ sở chưa bố trí được và lý do", "Sites not placed, with the reason"),
    "title_parks": ("Sử dụng đất khu, cụm theo phương án", "Use of parks by the plan"),
    "title_indicators": ("Chỉ tiêu của phương án", "Indicators of the plan"),
    "number": ("STT", "No."),
    "count": ("Số cơ sở", "Sites"),
    "total": ("Tổng cộng", "Total"),
    "value": ("Giá trị", "Value"),
    "land_ha": ("Diện tích (ha)", "Land (ha)"),
    "workers": ("Lao động (người)", "Workers"),
    "listed": ("Trong danh sách sơ bộ", "On the preliminary list"),
    "parameters": ("Tham số", "Parameters"),
    "cut": ("Ô đã bị cắt bớt", "Cells that were cut"),
    "more_rows": (
        "… và {count} dòng nữa: xem trang “{sheet}” của bảng tính (export xlsx).",
        "… and {count} more rows: see sheet “{sheet}” of the workbook (export xlsx).",
    ),
    "legend": ("Chú giải", "Legend"),
    "no_plan": ("Chưa có phương án bố trí.", "There is no plan yet."),
    "method": ("Cách làm", "Method"),
    "data_status": ("Tình trạng dữ liệu", "Status of the data"),
    "by_city": ("Kết quả theo huyện, thành phố", "Results by district"),
    "report": ("Báo cáo", "Report"),
    "page": ("Trang", "Page"),
    "real_data": (
        "Dữ liệu do cơ quan nhập; phần mềm không thay đổi số liệu gốc.",
        "The data was entered by the office; the program does not change it.",
    ),
    "provinces": ("Tỉnh/thành phố", "Provinces"),
}


def word(key: str, language: Language) -> str:
    """The words of `key` in `language`."""
    vi, en = WORDS[key]
    return vi if language == "vi" else en


def all_words(language: Language) -> dict[str, str]:
    """Every word by key, for the map's script."""
    return {key: pair[0] if language == "vi" else pair[1] for key, pair in WORDS.items()}
