"""Plans and draws, ways of codes, what is watched and recorded in the field, evidence, exclusions and the trail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PUBLISHED = "sampling_rule_versions"
OUTCOMES = "\"outcome\" IN ('refused', 'not_reached', 'not_eligible', 'other', 'unknown')"
ROLE_CHECK = "ck_accounts_ck_accounts_role"  # as migration 0008 came to name it
ROLES = ("administrator", "officer", "evaluator", "analyst")
TABLES = (
    "trail",
    "exclusions",
    "evidence_runs",
    "paper_entries",
    "code_outcomes",
    "place_outcomes",
    "arrival_counts",
    "issued_counts",
    "plan_cells",
    "plans",
    "frame_classes",
    "sampling_rule_versions",
    "sampling_rules",
)


def upgrade() -> None:
    _allow_roles(*ROLES, "interviewer")
    op.add_column("codes", sa.Column("way", sa.String(length=16), nullable=False, server_default="slip"))
    op.execute("UPDATE codes SET way = 'poster' WHERE kind = 'open'")
    _add_plans()
    _add_fieldwork()
    _add_honesty()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("codes", "way")
    op.execute("DELETE FROM accounts WHERE role = 'interviewer'")
    _allow_roles(*ROLES)


def _allow_roles(*roles: str) -> None:
    words = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f(ROLE_CHECK), type_="check")
        accounts.create_check_constraint(op.f(ROLE_CHECK), f'"role" IN ({words})')


def _add_plans() -> None:
    op.create_table(
        "sampling_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sampling_rules"),
        sa.UniqueConstraint("name", name="uq_sampling_rules_name"),
    )
    op.create_table(
        "sampling_rule_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sampling_rule_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sampling_rule_id"], ["sampling_rules.id"], name="fk_sampling_rule_versions_sampling_rule_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sampling_rule_versions"),
        sa.UniqueConstraint("sampling_rule_id", "number", name="uq_sampling_rule_versions_sampling_rule_id_number"),
    )
    _guard(PUBLISHED)
    op.create_table(
        "frame_classes",
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.CheckConstraint("pupils > 0", name="ck_frame_classes_pupils"),
        sa.ForeignKeyConstraint(["frame_id"], ["frames.id"], name="fk_frame_classes_frame_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_frame_classes_school_id"),
        sa.PrimaryKeyConstraint("frame_id", "school_id", "grade", "number", name="pk_frame_classes"),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("rule_version_id", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_plans_campaign_id"),
        sa.ForeignKeyConstraint(["frame_id"], ["frames.id"], name="fk_plans_frame_id"),
        sa.ForeignKeyConstraint(["rule_version_id"], ["sampling_rule_versions.id"], name="fk_plans_rule_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.UniqueConstraint("campaign_id", "number", name="uq_plans_campaign_id_number"),
    )
    op.create_table(
        "plan_cells",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("stratum", sa.String(length=48), nullable=False),
        sa.Column("band", sa.String(length=16), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("school_chance", sa.Double(), nullable=True),
        sa.Column("person_chance", sa.Double(), nullable=True),
        sa.Column("invited", sa.Integer(), nullable=True),
        sa.Column("start", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_plan_cells_plan_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_plan_cells_school_id"),
        sa.PrimaryKeyConstraint("plan_id", "number", name="pk_plan_cells"),
        sa.UniqueConstraint("plan_id", "school_id", "group", "band", name="uq_plan_cells_plan_id_school_id_group_band"),
    )


def _guard(table: str) -> None:
    """A published version never changes: the function is that of migration 0002."""
    for event in ("update", "delete"):
        body = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        if op.get_bind().dialect.name == "sqlite":
            body = "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"
        op.execute(f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {body}")


def _add_fieldwork() -> None:
    op.create_table(
        "issued_counts",
        *_place(),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_issued_counts_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "group", "school_key", "way", name="pk_issued_counts"),
    )
    op.execute(
        'INSERT INTO issued_counts (campaign_id, "group", school_key, way, issued, voided) '
        'SELECT campaign_id, "group", coalesce(school_id, 0), way, count(*) - count(voided_on), count(voided_on) '
        'FROM codes GROUP BY campaign_id, "group", coalesce(school_id, 0), way'
    )
    op.create_table(
        "arrival_counts",
        *_place(),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_arrival_counts_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "slot", "group", "school_key", name="pk_arrival_counts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "place_outcomes",
        *_place(),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint(OUTCOMES, name="ck_place_outcomes_outcome"),
        sa.CheckConstraint("people >= 0", name="ck_place_outcomes_people"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_place_outcomes_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "group", "school_key", "outcome", name="pk_place_outcomes"),
    )
    op.create_table(
        "code_outcomes",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.CheckConstraint(OUTCOMES, name="ck_code_outcomes_outcome"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_code_outcomes_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_code_outcomes"),
    )
    op.create_table(
        "paper_entries",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keying", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("keyed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_paper_entries_campaign_id"),
        sa.ForeignKeyConstraint(["version_id"], ["instrument_versions.id"], name="fk_paper_entries_version_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", "keying", name="pk_paper_entries"),
    )


def _place() -> tuple[sa.Column, ...]:
    return (
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("school_key", sa.Integer(), autoincrement=False, nullable=False),
    )


def _add_honesty() -> None:
    op.create_table(
        "evidence_runs",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_digest", sa.String(length=64), nullable=False),
        sa.Column("code_version", sa.String(length=32), nullable=False),
        sa.Column("recipe", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_evidence_runs_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_evidence_runs"),
    )
    op.create_table(
        "exclusions",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_exclusions_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_exclusions"),
    )
    op.create_table(
        "trail",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_trail_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_trail"),
    )
