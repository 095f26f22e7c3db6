"""Questionnaires and scorecards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A published version never changes, whoever asks: the database itself refuses.
PUBLISHED = ("instrument_versions", "scorecard_versions")
REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$
"""


def guard(table: str) -> None:
    for event in ("update", "delete"):
        name = f"{table}_no_{event}"
        if op.get_bind().dialect.name == "sqlite":
            body = "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"
        else:
            body = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} {body}")


def upgrade() -> None:
    op.create_table(
        "instruments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_instruments"),
        sa.UniqueConstraint("name", name="uq_instruments_name"),
    )
    op.create_table(
        "scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scorecards"),
        sa.UniqueConstraint("name", name="uq_scorecards_name"),
    )
    op.create_table(
        "instrument_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instrument_id"], ["instruments.id"], name="fk_instrument_versions_instrument_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instrument_versions"),
        sa.UniqueConstraint("instrument_id", "number", name="uq_instrument_versions_instrument_id_number"),
    )
    op.create_table(
        "scorecard_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["scorecard_id"], ["scorecards.id"], name="fk_scorecard_versions_scorecard_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scorecard_versions"),
        sa.UniqueConstraint("scorecard_id", "number", name="uq_scorecard_versions_scorecard_id_number"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
    for table in PUBLISHED:
        guard(table)


def downgrade() -> None:
    op.drop_table("scorecard_versions")
    op.drop_table("instrument_versions")
    op.drop_table("scorecards")
    op.drop_table("instruments")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
