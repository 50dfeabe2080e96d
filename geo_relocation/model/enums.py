"""Statuses and other closed lists, as enums whose values are what is stored.

`label` gives the Vietnamese or English words; the texts live beside the values so that a
new value cannot be added without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from geo_relocation.messages import Language


@dataclass(frozen=True)
class Words:
    """The same thing said in Vietnamese and in English."""

    vi: str
    en: str

    def say(self, language: Language = "vi") -> str:
        """The words in `language`."""
        return self.vi if language == "vi" else self.en


class LabelledEnum(StrEnum):
    """A string enum with a Vietnamese and an English label per value."""

    vi: str
    en: str

    def __new__(cls, value: str, vi: str, en: str) -> Self:
        """Make a member from its stored value and its labels."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.vi = vi
        member.en = en
        return member

    @classmethod
    def of(cls, value: str) -> Self:
        """The member that is stored as `value`; a `ValueError` if there is none."""
        for member in cls:
            if member.value == value:
                return member
        raise ValueError(f"{value!r} is not a {cls.__name__}")

    def label(self, language: Language = "vi") -> str:
        """Words for people, in `language`."""
        return self.vi if language == "vi" else self.en


class AdminLevel(LabelledEnum):
    """Levels of administration; the district level was abolished on 2025-07-01."""

    PROVINCE = "province", "Tỉnh/thành phố", "Province"
    DISTRICT = "district", "Huyện/thành phố (cũ)", "District (former)"
    COMMUNE = "commune", "Xã/phường", "Commune"


class SchemeZone(LabelledEnum):
    """Side of the scheme: firms leave the south for the north."""

    SOUTH = "south", "Phía nam (nơi đi)", "South (origin)"
    NORTH = "north", "Phía bắc (nơi đến)", "North (destination)"


class RecordKind(LabelledEnum):
    """What a row is: fact, schematic drawing or synthetic sample."""

    REAL = "real", "Dữ liệu thật", "Real data"
    SCHEMATIC = "schematic", "Sơ đồ minh họa", "Schematic drawing"
    SAMPLE = "sample", "Mẫu tổng hợp", "Synthetic sample"


class ZoneStatus(LabelledEnum):
    """Existing or planned land use."""

    EXISTING = "existing", "Hiện trạng", "Existing"
    PLANNED = "planned", "Quy hoạch", "Planned"


class ZoneCategory(LabelledEnum):
    """The categories that screening works with."""

    RESIDENTIAL = "residential", "Đất ở", "Residential"
    MIXED = "mixed", "Hỗn hợp có ở", "Mixed with housing"
    COMMERCIAL = "commercial", "Thương mại, dịch vụ", "Commercial"
    INDUSTRIAL = "industrial", "Công nghiệp", "Industrial"
    GREEN = "green", "Cây xanh, thể thao", "Green and sport"
    PUBLIC = "public", "Công cộng, cơ quan", "Public"
    AGRICULTURE = "agriculture", "Nông, lâm nghiệp", "Agriculture and forest"
    TRANSPORT = "transport", "Giao thông, hạ tầng", "Transport and utilities"
    WATER = "water", "Mặt nước", "Water"
    OTHER = "other", "Khác", "Other"
    UNKNOWN = "unknown", "Chưa rõ loại đất", "Land use unknown"


class LocationSource(LabelledEnum):
    """Where a location comes from; how far to trust it is told by its accuracy, not the order."""

    SURVEY = "survey", "Ranh đo đạc", "Surveyed outline"
    PARCEL = "parcel", "Thửa đất", "Parcel"
    COORDINATES = "coordinates", "Tọa độ khai báo", "Stated coordinates"
    MAP = "map", "Số hóa từ bản đồ", "Digitised from a map"
    GEOCODER = "geocoder", "Dò địa chỉ", "Geocoder"
    UNIT = "unit", "Suy từ xã/phường", "From the commune only"
    RECALLED = "recalled", "Theo trí nhớ, chưa kiểm chứng", "Recalled, not verified"
    UNKNOWN = "unknown", "Chưa rõ", "Unknown"


class Ownership(LabelledEnum):
    """Ownership of the enterprise."""

    DOMESTIC = "domestic", "Doanh nghiệp trong nước", "Domestic"
    HOUSEHOLD = "household", "Hộ kinh doanh", "Household"
    FDI = "fdi", "Vốn đầu tư nước ngoài", "Foreign-invested"
    STATE = "state", "Vốn nhà nước", "State capital"


class LandOrigin(LabelledEnum):
    """How the land is held."""

    STATE_LEASE = "state-lease", "Thuê đất Nhà nước", "Leased from the State"
    SUBLEASE = "sublease", "Thuê lại", "Sub-leased"
    OWNED = "owned", "Nhận chuyển nhượng", "Bought land-use right"
    UNKNOWN = "unknown", "Chưa rõ", "Unknown"


class RentMode(LabelledEnum):
    """How the land or the workshop is paid for: it decides whether land is compensated."""

    ONE_OFF = "one-off", "Thuê đất Nhà nước, trả tiền một lần", "State lease, one-off rent"
    YEARLY = "yearly", "Thuê đất Nhà nước, trả tiền hằng năm", "State lease, yearly rent"
    SUBLEASE = "sublease", "Thuê lại đất", "Land sub-leased"
    WORKSHOP = "workshop", "Thuê nhà xưởng", "Workshop rented"
    NONE = "none", "Không thuê (giao có thu tiền, nhận chuyển nhượng)", "Not rented"


class LandRecovery(LabelledEnum):
    """On which ground of the Land Law the State recovers the land."""

    PROJECT = "project", "Thu hồi theo Điều 78, 79", "Recovered, Articles 78 and 79"
    BREACH = "breach", "Thu hồi do vi phạm (Điều 81)", "Recovered for a breach, Article 81"
    TERM = "term", "Thu hồi do hết hạn (Điều 82 khoản 1, 2)", "End of term, Article 82(1), (2)"
    POLLUTION = "pollution", "Thu hồi do nguy cơ (Điều 82 khoản 3)", "Danger, Article 82(3)"
    NONE = "none", "Nhà nước không thu hồi đất", "Not recovered by the State"


class ProductionStop(LabelledEnum):
    """Whether production stops because of the move."""

    FULL = "full", "Ngừng hẳn", "Stops for good"
    TEMPORARY = "temporary", "Tạm ngừng", "Stops for a time"
    NONE = "none", "Không ngừng", "Does not stop"


class EnvLevel(LabelledEnum):
    """Pollution-risk level of NĐ 08/2022/NĐ-CP, Annex II; level I is the worst."""

    I = "I", "Mức I", "Level I"  # noqa: E741 - the law's own numeral
    II = "II", "Mức II", "Level II"
    III = "III", "Mức III", "Level III"
    NONE = "none", "Không thuộc danh mục", "Not listed"

    @property
    def severity(self) -> int:
        """3 for level I (worst) down to 0 for sectors that are not listed."""
        return {"I": 3, "II": 2, "III": 1, "none": 0}[self.value]


class Route(LabelledEnum):
    """What becomes of a site."""

    RELOCATE = "relocate", "Di dời", "Relocate"
    CONVERT = "convert", "Chuyển đổi công năng", "Convert function"
    CHANGE_TECHNOLOGY = "change-technology", "Đổi mới công nghệ", "Change technology"
    STAY = "stay", "Giữ nguyên", "Stay"
    CLOSE = "close", "Chấm dứt hoạt động", "Close"
    UNDECIDED = "undecided", "Chưa đủ căn cứ", "Cannot be decided yet"


class ListState(LabelledEnum):
    """States of a site in the life cycle of the relocation list."""

    CANDIDATE = "candidate", "Dự kiến", "Candidate"
    LISTED = "listed", "Huyện lập danh sách", "Listed by the district"
    REVIEWED = "reviewed", "Tỉnh thẩm định", "Reviewed by the province"
    APPROVED = "approved", "Đã phê duyệt", "Approved"
    AGREED = "agreed", "Đã thống nhất phương án", "Agreed"
    MATCHED = "matched", "Đã có nơi đến", "Matched"
    CONTRACTED = "contracted", "Đã ký hợp đồng thuê", "Contracted"
    MOVING = "moving", "Đang di dời", "Moving"
    DONE = "done", "Hoàn thành", "Done"
    CONVERTED = "converted", "Đã chuyển đổi", "Converted"
    CLOSED = "closed", "Đã chấm dứt", "Closed"
    ENFORCED = "enforced", "Cưỡng chế", "Enforced"
    REMOVED = "removed", "Đưa ra khỏi danh sách", "Removed from the list"


class ParkKind(LabelledEnum):
    """Industrial park (KCN) or industrial cluster (CCN)."""

    INDUSTRIAL_PARK = "industrial_park", "Khu công nghiệp", "Industrial park"
    CLUSTER = "cluster", "Cụm công nghiệp", "Industrial cluster"


class ParkStatus(LabelledEnum):
    """Stage of a park's life."""

    OPERATING = "operating", "Đang hoạt động", "Operating"
    BUILDING = "building", "Đang xây dựng", "Under construction"
    PLANNED = "planned", "Đã quy hoạch", "Planned"
    PROPOSED = "proposed", "Đề xuất", "Proposed"
    CONVERTING = "converting", "Sẽ chuyển đổi", "To be converted"
    REMOVED = "removed", "Đã đưa khỏi quy hoạch", "Removed from the plan"
    UNKNOWN = "unknown", "Chưa rõ", "Unknown"


class LotState(LabelledEnum):
    """Whether a lot can be given."""

    FREE = "free", "Trống", "Free"
    RESERVED = "reserved", "Giữ chỗ", "Reserved"
    LEASED = "leased", "Đã cho thuê", "Leased"
    UNAVAILABLE = "unavailable", "Không cho thuê", "Unavailable"


class OneWay(LabelledEnum):
    """Direction of traffic along the line as drawn."""

    NO = "no", "Hai chiều", "Both ways"
    FORWARD = "forward", "Theo chiều vẽ", "As drawn"
    BACKWARD = "backward", "Ngược chiều vẽ", "Against the drawing"


class CrosswalkKind(LabelledEnum):
    """How an old commune passed into new units."""

    WHOLE = "whole", "Nhập trọn", "Whole"
    DIVIDED = "divided", "Chia tách", "Divided"


class Severity(LabelledEnum):
    """How bad an issue is."""

    ERROR = "error", "Lỗi", "Error"
    WARNING = "warning", "Cảnh báo", "Warning"
    INFO = "info", "Thông tin", "Information"


class IssueAction(LabelledEnum):
    """What was done about an issue."""

    REFUSED = "refused", "Loại dòng", "Row refused"
    REPAIRED = "repaired", "Đã sửa", "Repaired"
    ASSUMED = "assumed", "Đã giả định", "Assumed"
    LEFT_EMPTY = "left-empty", "Để trống", "Left empty"
    KEPT = "kept", "Giữ nguyên", "Kept as it was"
    ASK = "ask", "Cần quyết định", "Needs a decision"


class UndoOperation(LabelledEnum):
    """What an import did to a row."""

    ADDED = "added", "Thêm", "Added"
    CHANGED = "changed", "Sửa", "Changed"


class Verdict(LabelledEnum):
    """Result of screening a site."""

    CONFLICT = "conflict", "Xung đột quy hoạch", "In conflict"
    CLEAR = "clear", "Không xung đột", "Clear"
    CHECK = "check", "Cần kiểm tra thực địa", "Check in the field"


class FindingReason(LabelledEnum):
    """Why a site has its verdict."""

    RESIDENTIAL = "residential", "Đa phần đất nằm trong đất ở", "Mostly in residential land"
    OUTSIDE = "outside", "Ngoài đất ở và đủ khoảng cách", "Outside housing and far enough"
    IN_PARK = "in-park", "Nằm trong khu/cụm công nghiệp", "Inside an industrial park or cluster"
    PARTIAL = "partial-overlap", "Một phần đất nằm trong đất ở", "Part of the land in housing"
    UNKNOWN_LAND = "unknown-land-use", "Đất chưa rõ loại", "Land of unknown use"
    NEAR = "too-near-housing", "Quá gần nhà ở", "Too near housing"
    NEAR_SENSITIVE = "too-near-sensitive", "Quá gần trường học, y tế", "Too near schools or health"
    VAGUE = "location-too-vague", "Vị trí chưa đủ chính xác", "Location too vague"
    NO_LOCATION = "no-location", "Chưa có vị trí", "No location"
    NO_ZONE = "no-zone", "Chưa có dữ liệu quy hoạch tại đây", "No zone there"
    DISAGREE = "zones-disagree", "Các lớp quy hoạch mâu thuẫn", "Zones disagree"


class EventKind(LabelledEnum):
    """Kinds of entry in a site's history."""

    TRANSITION = "transition", "Chuyển trạng thái", "Change of state"
    COMPLAINT = "complaint", "Khiếu nại", "Complaint"
    OUTCOME = "outcome", "Kết quả giải quyết", "Outcome of a complaint"
    STEP = "step", "Bước vận động, xử lý", "Step taken"
    CORRECTION = "correction", "Đính chính", "Correction"


class ComplaintOutcome(LabelledEnum):
    """How a complaint ended."""

    UPHELD = "upheld", "Chấp nhận khiếu nại", "Upheld"
    PARTLY = "partly-upheld", "Chấp nhận một phần", "Partly upheld"
    REJECTED = "rejected", "Không chấp nhận", "Rejected"
    WITHDRAWN = "withdrawn", "Rút khiếu nại", "Withdrawn"


class SolveStatus(LabelledEnum):
    """Outcome of a solve."""

    OPTIMAL = "optimal", "Tối ưu", "Optimal"
    FEASIBLE = "feasible", "Khả thi", "Feasible"
    EMPTY = "empty", "Không có cơ sở nào để bố trí", "Nothing to place"


class RunState(LabelledEnum):
    """Where a run is in its life."""

    QUEUED = "queued", "Đang chờ", "Queued"
    RUNNING = "running", "Đang chạy", "Running"
    STORED = "stored", "Đã lưu kết quả", "Stored"
    FAILED = "failed", "Không thành", "Failed"
    CANCELLED = "cancelled", "Đã hủy", "Cancelled"


class ActKind(LabelledEnum):
    """What a line of a site's history that is no event is about."""

    DECISION = "decision", "Quyết định", "Decision"
    OVERRIDE = "override", "Điều chỉnh", "Override"


class ApprovalKind(LabelledEnum):
    """What an entry says of a plan's approval."""

    APPROVED = "approved", "Phê duyệt", "Approved"
    WITHDRAWN = "withdrawn", "Thu hồi phê duyệt", "Withdrawn"
