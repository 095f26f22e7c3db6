"""The trail as chains: an entry for a campaign or for the installation, each sealed by a digest."""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
