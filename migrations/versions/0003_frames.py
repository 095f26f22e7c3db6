"""Frames."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frames",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["regions.id"], name="fk_frames_county_id"),
        sa.PrimaryKeyConstraint("id", name="pk_frames"),
        sa.UniqueConstraint("county_id", "number", name="uq_frames_county_id_number"),
    )
    op.create_table(
        "frame_cells",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("stratum", sa.String(length=48), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.CheckConstraint("population >= 0", name="ck_frame_cells_population"),
        sa.ForeignKeyConstraint(["frame_id"], ["frames.id"], name="fk_frame_cells_frame_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_frame_cells_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_frame_cells"),
        sa.UniqueConstraint("frame_id", "school_id", "group", name="uq_frame_cells_frame_id_school_id_group"),
    )


def downgrade() -> None:
    op.drop_table("frame_cells")
    op.drop_table("frames")
