"""Tables of imports, runs, decisions and plans, guards of what only grows, a view for QGIS."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY_TEXT = sa.Text(collation="C")
_INSTANT = sa.DateTime(timezone=True)
_APPEND_ONLY = ("decisions", "events")
_GUARD = """
CREATE FUNCTION georeloc_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'GR001';
END $$
"""
_SITES_SCREENED = """
CREATE VIEW sites_screened AS
SELECT s.site_id, s.name, s.tax_code, s.address, s.vsic, s.land_m2, s.workers, s.status,
       f.run_id, f.started_at AS screened_at, f.verdict, f.reason, f.residential_share,
       f.residential_probability, f.housing_distance_m, f.city_code, f.unit_code, f.park_id,
       f.detail, s.geometry
FROM sites s
LEFT JOIN (
  SELECT DISTINCT ON (f.site_id) f.*, r.started_at
  FROM findings f LEFT JOIN runs r USING (run_id)
  ORDER BY f.site_id, r.started_at DESC NULLS LAST, f.run_id DESC
) f USING (site_id)
"""


def upgrade() -> None:
    """Bring the schema to this revision."""
    _admin_crosswalk()
    _imports()
    _issues()
    _undo_log()
    _runs()
    _findings()
    _decisions()
    _events()
    _scenarios()
    _assignments()
    _indicators()
    _guards()
    op.execute(_SITES_SCREENED)


def _guards() -> None:
    """Triggers per statement: they also refuse what would have touched no row."""
    op.execute(_GUARD)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION georeloc_append_only()"
        )


def _one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    """A check that a column holds one of some values, given with blanks between them."""
    allowed = ", ".join(f"'{value}'" for value in values.split())
    return sa.CheckConstraint(f'"{column}" IN ({allowed})', name=f"{table}_{column}_check")


def _admin_crosswalk() -> None:
    op.create_table(
        "admin_crosswalk",
        sa.Column("old_code", _KEY_TEXT, nullable=False),
        sa.Column("old_name", sa.Text, nullable=False),
        sa.Column("old_district_code", sa.Text, nullable=False),
        sa.Column("old_district", sa.Text, nullable=False),
        sa.Column("new_code", _KEY_TEXT, nullable=False),
        sa.Column("new_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("import_id", sa.Text),
        sa.PrimaryKeyConstraint("old_code", "new_code", name="admin_crosswalk_pkey"),
        _one_of("admin_crosswalk", "kind", "whole divided"),
    )


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("import_id", _KEY_TEXT, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("file_date", _INSTANT),
        sa.Column("imported_at", _INSTANT, nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("crs", sa.Text),
        sa.Column("encoding", sa.Text),
        sa.Column("options", sa.Text),
        sa.Column("rows_read", sa.BigInteger, nullable=False),
        sa.Column("rows_accepted", sa.BigInteger, nullable=False),
        sa.Column("rows_refused", sa.BigInteger, nullable=False),
        sa.Column("rows_added", sa.BigInteger),
        sa.Column("rows_changed", sa.BigInteger),
        sa.Column("undone_at", _INSTANT),
        sa.PrimaryKeyConstraint("import_id", name="imports_pkey"),
    )


def _issues() -> None:
    op.create_table(
        "issues",
        sa.Column("issue_id", _KEY_TEXT, nullable=False),
        sa.Column("import_id", sa.Text, nullable=False),
        sa.Column("layer", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text),
        sa.Column("row", sa.BigInteger),
        sa.Column("record_id", sa.Text),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("message_en", sa.Text),
        sa.Column("closed_at", _INSTANT),
        sa.Column("closed_by", sa.Text),
        sa.PrimaryKeyConstraint("issue_id", name="issues_pkey"),
        _one_of("issues", "action", "refused repaired assumed left-empty kept ask"),
        _one_of("issues", "severity", "error warning info"),
    )


def _undo_log() -> None:
    op.create_table(
        "undo_log",
        sa.Column("import_id", _KEY_TEXT, nullable=False),
        sa.Column("layer", _KEY_TEXT, nullable=False),
        sa.Column("record_id", _KEY_TEXT, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after_hash", sa.Text),
        sa.PrimaryKeyConstraint("import_id", "layer", "record_id", name="undo_log_pkey"),
        _one_of("undo_log", "operation", "added changed"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", _KEY_TEXT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("seconds", DOUBLE_PRECISION),
        sa.Column("author", sa.Text),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("input_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("run_id", name="runs_pkey"),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("site_id", _KEY_TEXT, nullable=False),
        sa.Column("run_id", _KEY_TEXT, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("residential_share", DOUBLE_PRECISION),
        sa.Column("residential_probability", DOUBLE_PRECISION),
        sa.Column("housing_distance_m", DOUBLE_PRECISION),
        sa.Column("sensitive_distance_m", DOUBLE_PRECISION),
        sa.Column("required_distance_m", DOUBLE_PRECISION),
        sa.Column("point_categories", sa.Text),
        sa.Column("shares", sa.Text),
        sa.Column("land_m2", DOUBLE_PRECISION),
        sa.Column("accuracy_m", DOUBLE_PRECISION),
        sa.Column("city_code", sa.Text),
        sa.Column("city_codes", sa.Text),
        sa.Column("unit_code", sa.Text),
        sa.Column("unit_codes", sa.Text),
        sa.Column("park_id", sa.Text),
        sa.Column("zone_ids", sa.Text),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("site_id", "run_id", name="findings_pkey"),
        _one_of(
            "findings",
            "reason",
            "residential outside in-park partial-overlap too-near-housing "
            "too-near-sensitive location-too-vague no-location no-zone "
            "zones-disagree",
        ),
        _one_of("findings", "verdict", "conflict clear check"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", _KEY_TEXT, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("ruleset", sa.Text, nullable=False),
        sa.Column("ruleset_version", sa.Text, nullable=False),
        sa.Column("ruleset_hash", sa.Text, nullable=False),
        sa.Column("decided_at", _INSTANT, nullable=False),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("compulsory", sa.Boolean),
        sa.Column("group", sa.Text),
        sa.Column("batch", sa.Text),
        sa.Column("deadline", sa.Date),
        sa.Column("points", DOUBLE_PRECISION),
        sa.Column("triggers", sa.Text, nullable=False),
        sa.Column("missing", sa.Text),
        sa.Column("input_hash", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("ground", sa.Text),
        sa.Column("replaces", sa.Text),
        sa.Column("explanation", sa.Text),
        sa.PrimaryKeyConstraint("decision_id", name="decisions_pkey"),
        _one_of("decisions", "route", "relocate convert change-technology stay close undecided"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("event_id", _KEY_TEXT, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text),
        sa.Column("to_state", sa.Text),
        sa.Column("decision_id", sa.Text),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("document_no", sa.Text),
        sa.Column("document_date", sa.Date),
        sa.Column("outcome", sa.Text),
        sa.Column("refers_to", sa.Text),
        sa.PrimaryKeyConstraint("event_id", name="events_pkey"),
        _one_of(
            "events",
            "from_state",
            "candidate listed reviewed approved agreed matched contracted moving "
            "done converted closed enforced removed",
        ),
        _one_of("events", "kind", "transition complaint outcome step correction"),
        _one_of(
            "events",
            "to_state",
            "candidate listed reviewed approved agreed matched contracted moving "
            "done converted closed enforced removed",
        ),
    )


def _scenarios() -> None:
    op.create_table(
        "scenarios",
        sa.Column("plan_id", _KEY_TEXT, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("specification", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("placed", sa.BigInteger, nullable=False),
        sa.Column("unplaced", sa.BigInteger, nullable=False),
        sa.Column("unplaced_bound", sa.BigInteger),
        sa.Column("weight_unplaced", DOUBLE_PRECISION),
        sa.Column("weight_unplaced_bound", DOUBLE_PRECISION),
        sa.Column("cost", DOUBLE_PRECISION),
        sa.Column("bound", DOUBLE_PRECISION),
        sa.Column("gap", DOUBLE_PRECISION),
        sa.Column("seconds", DOUBLE_PRECISION),
        sa.Column("seed", sa.BigInteger),
        sa.Column("work", sa.BigInteger),
        sa.Column("input_hash", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("based_on", sa.Text),
        sa.Column("approved_at", _INSTANT),
        sa.Column("approved_by", sa.Text),
        sa.PrimaryKeyConstraint("plan_id", name="scenarios_pkey"),
        _one_of("scenarios", "status", "optimal feasible empty"),
    )


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("plan_id", _KEY_TEXT, nullable=False),
        sa.Column("site_id", _KEY_TEXT, nullable=False),
        sa.Column("park_id", sa.Text),
        sa.Column("phase", sa.BigInteger),
        sa.Column("lot_ids", sa.Text),
        sa.Column("land_m2", DOUBLE_PRECISION),
        sa.Column("distance_km", DOUBLE_PRECISION),
        sa.Column("cost_km", DOUBLE_PRECISION),
        sa.Column("cost_distance", DOUBLE_PRECISION),
        sa.Column("cost_homes", DOUBLE_PRECISION),
        sa.Column("cost_specialisation", DOUBLE_PRECISION),
        sa.Column("cost_rent", DOUBLE_PRECISION),
        sa.Column("cost_phase", DOUBLE_PRECISION),
        sa.Column("cost_wish", DOUBLE_PRECISION),
        sa.Column("cost_change", DOUBLE_PRECISION),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reason_code", sa.Text),
        sa.Column("smallest_change", sa.Text),
        sa.Column("alternatives", sa.Text),
        sa.PrimaryKeyConstraint("plan_id", "site_id", name="assignments_pkey"),
    )


def _indicators() -> None:
    op.create_table(
        "indicators",
        sa.Column("plan_id", _KEY_TEXT, nullable=False),
        sa.Column("key", _KEY_TEXT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("value", DOUBLE_PRECISION),
        sa.Column("unit", sa.Text),
        sa.PrimaryKeyConstraint("plan_id", "key", name="indicators_pkey"),
    )
