"""Regions and schools."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "regions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.CheckConstraint("\"level\" IN ('province', 'city', 'county', 'township')", name="ck_regions_level"),
        sa.ForeignKeyConstraint(["parent_id"], ["regions.id"], name="fk_regions_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_regions"),
        sa.UniqueConstraint("code", name="uq_regions_code"),
    )
    op.create_index("ix_regions_path", "regions", ["path"], unique=False, postgresql_ops={"path": "text_pattern_ops"})
    op.create_table(
        "schools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("county_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("stage", sa.String(length=24), nullable=False),
        sa.Column("locality", sa.String(length=16), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("teachers", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"locality\" IN ('urban', 'town', 'rural')", name="ck_schools_locality"),
        sa.CheckConstraint(
            "\"stage\" IN ('primary', 'junior', 'nine_year', 'complete_secondary', 'special', 'teaching_point')",
            name="ck_schools_stage",
        ),
        sa.ForeignKeyConstraint(["county_id"], ["regions.id"], name="fk_schools_county_id"),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name="fk_schools_region_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schools"),
        sa.UniqueConstraint("county_id", "code", name="uq_schools_county_id_code"),
    )


def downgrade() -> None:
    op.drop_table("schools")
    op.drop_index("ix_regions_path", table_name="regions", postgresql_ops={"path": "text_pattern_ops"})
    op.drop_table("regions")
