"""What the intake needs: used codes of a page of PostgreSQL written anew by one call."""

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


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION stir_codes(bigint[])")
