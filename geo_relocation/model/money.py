"""Words of support policies: who pays, how far a policy has got, what came of it for a firm."""

from __future__ import annotations

from geo_relocation.model.enums import LabelledEnum


class Payer(LabelledEnum):
    """Who pays: the nine agencies of the scheme's plan, or the employer."""

    INDUSTRY = "industry", "Sở Công Thương", "Industry and trade"
    PLANNING = "planning", "Sở Kế hoạch và Đầu tư", "Planning and investment"
    PARKS = "parks", "Ban Quản lý các khu công nghiệp", "Board of industrial parks"
    ENVIRONMENT = "environment", "Sở Tài nguyên và Môi trường", "Natural resources and environment"
    CONSTRUCTION = "construction", "Sở Xây dựng", "Construction"
    FINANCE = "finance", "Sở Tài chính", "Finance"
    LABOUR = "labour", "Sở Lao động – Thương binh và Xã hội", "Labour and social affairs"
    DISTRICT = "district", "Ban chỉ đạo cấp huyện", "District committee"
    INSPECTORATE = "inspectorate", "Thanh tra tỉnh", "Provincial inspectorate"
    EMPLOYER = "employer", "Người sử dụng lao động", "The employer"
    NOBODY = "not-stated", "Nguồn không nêu", "Not stated"


class SupportStatus(LabelledEnum):
    """How far a support policy has got."""

    IN_FORCE = "in-force", "Đang có hiệu lực", "In force"
    ADOPTED = "adopted", "Đã ban hành", "Adopted"
    PROPOSED = "proposed", "Đề xuất, chưa ban hành", "Proposed, never adopted"
    DRAFT = "draft", "Dự thảo", "Draft"
    REPORTED = "reported", "Theo báo chí", "From the press"
    ELSEWHERE = "elsewhere", "Có hiệu lực ở tỉnh, thành phố khác", "In force in another province"
    SUPERSEDED = "superseded", "Hết hiệu lực", "No longer in force"
    HISTORIC = "historic", "Chương trình cũ", "Historic"
    NOT_READ = "not-read", "Chưa đọc được văn bản", "Text not read"


class SupportKind(LabelledEnum):
    """What a support policy gives or takes."""

    SUPPORT = "support", "Bồi thường, hỗ trợ bằng tiền", "Compensation or support in money"
    SET_OFF = "set-off", "Khấu trừ", "Set-off"
    EMPLOYER = "employer", "Người sử dụng lao động chi trả", "Paid by the employer"
    IN_KIND = "in-kind", "Hỗ trợ không bằng tiền", "Not in money"
    INFORMATION = "information", "Thông tin, không tính cho từng cơ sở", "For information"


class SupportOutcome(LabelledEnum):
    """What came of a support policy for a firm."""

    COMPUTED = "computed", "Tính được", "Computed"
    IN_KIND = "in-kind", "Được hưởng, không bằng tiền", "Due, not in money"
    NOT_APPLICABLE = "not-applicable", "Không áp dụng", "Does not apply"
    NOT_COMPUTED = "not-computed", "Chưa tính được", "Cannot be computed"
