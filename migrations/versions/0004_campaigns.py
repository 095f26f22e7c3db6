"""Campaigns and their papers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("scorecard_version_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("organiser", sa.JSON(), nullable=False),
        sa.Column("approval", sa.String(length=100), nullable=True),
        sa.Column("contact", sa.String(length=100), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["regions.id"], name="fk_campaigns_county_id"),
        sa.ForeignKeyConstraint(["frame_id"], ["frames.id"], name="fk_campaigns_frame_id"),
        sa.ForeignKeyConstraint(
            ["scorecard_version_id"], ["scorecard_versions.id"], name="fk_campaigns_scorecard_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("name", name="uq_campaigns_name"),
    )
    op.create_table(
        "campaign_papers",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_campaign_papers_campaign_id"),
        sa.ForeignKeyConstraint(["version_id"], ["instrument_versions.id"], name="fk_campaign_papers_version_id"),
        sa.PrimaryKeyConstraint("campaign_id", "group", "version_id", name="pk_campaign_papers"),
    )
    op.create_index("ix_campaign_papers_campaign_id_group", "campaign_papers", ["campaign_id", "group"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_campaign_papers_campaign_id_group", table_name="campaign_papers")
    op.drop_table("campaign_papers")
    op.drop_table("campaigns")
