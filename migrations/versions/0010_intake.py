"""Used codes of a page of PostgreSQL written anew by one call; sealed campaigns; reports of misuse."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A loop, because a single UPDATE writes in whatever order its plan finds the rows. Whoever is being written by
# somebody else is left to them: to wait here could be to wait for each other.
STIR = """
CREATE FUNCTION stir_codes(pages bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE page bigint; slip record;
BEGIN
    FOREACH page IN ARRAY pages LOOP
        FOR slip IN
            SELECT ctid AS place FROM codes
            WHERE ctid >= format('(%s,0)', page)::tid AND ctid < format('(%s,0)', page + 1)::tid
                AND used_on IS NOT NULL
            ORDER BY id FOR UPDATE SKIP LOCKED
        LOOP
            UPDATE codes SET position = position WHERE ctid = slip.place;
        END LOOP;
    END LOOP;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(STIR)
    op.add_column("campaigns", sa.Column("sealed_on", sa.Date(), nullable=True))
    op.create_table(
        "code_counts",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_code_counts_campaign_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_code_counts_school_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_code_counts"),
    )
    op.create_table(
        "misuse_reports",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "\"kind\" IN ('told', 'answered_for', 'watched', 'collected', 'other')", name="ck_misuse_reports_kind"
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_misuse_reports_campaign_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_misuse_reports_school_id"),
        sa.PrimaryKeyConstraint("campaign_id", "id", name="pk_misuse_reports"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("misuse_reports")
    op.drop_table("code_counts")
    op.drop_column("campaigns", "sealed_on")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stir_codes(bigint[])")
