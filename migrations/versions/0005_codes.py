"""Codes: the first ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("short_digest", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("\"kind\" IN ('open', 'personal')", name="ck_codes_kind"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_codes_campaign_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_codes_school_id"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_codes"),
        sa.UniqueConstraint("campaign_id", "digest", name="uq_codes_campaign_id_digest"),
        sa.UniqueConstraint("campaign_id", "short_digest", name="uq_codes_campaign_id_short_digest"),
        postgresql_with={"fillfactor": "45"},
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_codes_campaign_id_group_school_id", "codes", ["campaign_id", "group", "school_id"], unique=False
    )
    op.create_index("ix_codes_digest", "codes", ["digest"], unique=False)
    op.create_index("ix_codes_short_digest", "codes", ["short_digest"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_codes_short_digest", table_name="codes")
    op.drop_index("ix_codes_digest", table_name="codes")
    op.drop_index("ix_codes_campaign_id_group_school_id", table_name="codes")
    op.drop_table("codes")
