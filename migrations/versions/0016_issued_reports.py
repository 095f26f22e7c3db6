"""Reports that were issued, so that anybody can verify one."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_reports",
        sa.Column("serial", sa.String(length=32), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint("\"kind\" IN ('county', 'school', 'public')", name="ck_issued_reports_kind"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_issued_reports_campaign_id"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluations.id"], name="fk_issued_reports_evaluation_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_issued_reports_school_id"),
        sa.PrimaryKeyConstraint("serial", name="pk_issued_reports"),
        sa.UniqueConstraint("campaign_id", "digest", name="uq_issued_reports_campaign_id_digest"),
    )
    op.create_index("ix_issued_reports_campaign_id_made_at", "issued_reports", ["campaign_id", "made_at"])


def downgrade() -> None:
    op.drop_table("issued_reports")
