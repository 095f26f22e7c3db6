"""Studies beside an evaluation, and publication rules."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PUBLISHED = "publication_rule_versions"
COLUMN, KEY = "publication_version_id", "fk_campaigns_publication_version_id"


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code_version", sa.String(length=32), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluations.id"], name="fk_studies_evaluation_id"),
        sa.PrimaryKeyConstraint("evaluation_id", "kind", name="pk_studies"),
    )
    _add_rules()
    # In one statement: making the table anew, as SQLite would else need, is refused while campaigns have codes.
    op.execute(f"ALTER TABLE campaigns ADD COLUMN {COLUMN} INTEGER CONSTRAINT {KEY} REFERENCES {PUBLISHED} (id)")


def downgrade() -> None:
    op.execute(f"ALTER TABLE campaigns DROP COLUMN {COLUMN}")
    op.drop_table(PUBLISHED)
    op.drop_table("publication_rules")
    op.drop_table("studies")


def _add_rules() -> None:
    op.create_table(
        "publication_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication_rules"),
        sa.UniqueConstraint("name", name="uq_publication_rules_name"),
    )
    op.create_table(
        PUBLISHED,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_rule_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_rule_id"],
            ["publication_rules.id"],
            name="fk_publication_rule_versions_publication_rule_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication_rule_versions"),
        sa.UniqueConstraint(
            "publication_rule_id", "number", name="uq_publication_rule_versions_publication_rule_id_number"
        ),
    )
    _guard(PUBLISHED)


def _guard(table: str) -> None:
    """A published version never changes: on PostgreSQL by the function of migration 0002."""
    for event in ("update", "delete"):
        if op.get_bind().dialect.name == "sqlite":
            body = "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"
        else:
            body = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {body}")
