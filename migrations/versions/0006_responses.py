"""Responses and comments: the second ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_comments_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_comments"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "responses",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=True),
        sa.Column("repeat_device", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_responses_campaign_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_responses_school_id"),
        sa.ForeignKeyConstraint(["version_id"], ["instrument_versions.id"], name="fk_responses_version_id"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_responses"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_responses_campaign_id_group_school_id",
        "responses",
        ["campaign_id", "group", "school_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_responses_campaign_id_group_school_id", table_name="responses")
    op.drop_table("responses")
    op.drop_table("comments")
