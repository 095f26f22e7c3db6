"""Reviews: stages, schools drawn for a visit, findings and what was done about them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STAGES = "\"stage\" IN ('county', 'city', 'province', 'submitted')"
ACTS = "\"kind\" IN ('signed', 'returned')"
SEVERITIES = "\"severity\" IN ('must', 'note')"
MENDINGS = "\"kind\" IN ('submitted', 'accepted', 'refused', 'overruled', 'withdrawn')"
TABLES = ("review_acts", "review_draws", "review_visits", "review_findings", "review_mendings", "review_files")
NEVER = "what was written never changes"
REFUSE = f"""
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{NEVER}'; END $$
"""


def upgrade() -> None:
    _add_stages()
    _add_visits()
    _add_findings()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
    for table in ("evaluations", *TABLES):
        _guard(table)


def downgrade() -> None:
    on = " ON evaluations" if op.get_bind().dialect.name == "postgresql" else ""
    for event in ("update", "delete"):
        op.execute(f"DROP TRIGGER evaluations_no_{event}{on}")
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_rewriting()")


def _guard(table: str) -> None:
    """Whoever asks: a number that was signed, and the act of signing it, stay as they were."""
    for event in ("update", "delete"):
        body = "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
        if op.get_bind().dialect.name == "sqlite":
            body = f"BEGIN SELECT RAISE(ABORT, '{NEVER}'); END"
        op.execute(f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {body}")


def _numbered() -> tuple[sa.Column[int], ...]:
    return (
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
    )


def _signed_off() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _add_stages() -> None:
    op.create_table(
        "review_acts",
        *_numbered(),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("evaluation", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("rule", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unvisited", sa.Text(), nullable=True),
        *_signed_off(),
        sa.CheckConstraint(STAGES, name="ck_review_acts_stage"),
        sa.CheckConstraint(ACTS, name="ck_review_acts_kind"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_review_acts_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_review_acts"),
    )


def _add_visits() -> None:
    op.create_table(
        "review_draws",
        *_numbered(),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        *_signed_off(),
        sa.CheckConstraint("share BETWEEN 40 AND 100", name="ck_review_draws_share"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_review_draws_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_review_draws"),
    )
    op.create_table(
        "review_visits",
        *_numbered(),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("visitors", sa.String(length=200), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        *_signed_off(),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_review_visits_campaign_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_review_visits_school_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_review_visits"),
    )


def _add_findings() -> None:
    op.create_table(
        "review_findings",
        *_numbered(),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        *_signed_off(),
        sa.CheckConstraint(SEVERITIES, name="ck_review_findings_severity"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_review_findings_campaign_id"),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name="fk_review_findings_region_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_review_findings_school_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name="fk_review_findings_owner_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_review_findings"),
    )
    op.create_table(
        "review_mendings",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_signed_off(),
        sa.CheckConstraint(MENDINGS, name="ck_review_mendings_kind"),
        sa.ForeignKeyConstraint(
            ["campaign_id", "finding"],
            ["review_findings.campaign_id", "review_findings.number"],
            name="fk_review_mendings_campaign_id",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "finding", "number", name="pk_review_mendings"),
    )
    op.create_table(
        "review_files",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mending", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id", "finding", "mending"],
            ["review_mendings.campaign_id", "review_mendings.finding", "review_mendings.number"],
            name="fk_review_files_campaign_id",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "finding", "mending", "number", name="pk_review_files"),
    )
