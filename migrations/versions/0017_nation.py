"""The nation stands above its provinces, so that somebody can be given all of them to see."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CHECK = "ck_regions_ck_regions_level"  # as migration 0001 came to name it
LEVELS = ("province", "city", "county", "township")


def upgrade() -> None:
    _allow_levels("nation", *LEVELS)


def downgrade() -> None:
    """What stands at the top stays there, under the highest word there is."""
    op.execute("UPDATE regions SET level = 'province' WHERE level = 'nation'")
    _allow_levels(*LEVELS)


def _allow_levels(*levels: str) -> None:
    words = ", ".join(f"'{level}'" for level in levels)
    with op.batch_alter_table("regions") as regions:
        regions.drop_constraint(op.f(CHECK), type_="check")
        regions.create_check_constraint(op.f(CHECK), f'"level" IN ({words})')
