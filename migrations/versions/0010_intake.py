"""Tallies of used codes; sheets stored by one call of PostgreSQL; sealed campaigns; reports of misuse."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SIZE, EPOCH = 256, date(2000, 1, 1)  # as in surveys.codes.tallies, and below

# Plans are kept from when there were few codes, and reading all of them was quickest; hence none may read all.

# The numbers come in order, and so tallies are taken in order: two who take several never wait for each other.
USE = """
CREATE FUNCTION use_codes(of_campaign integer, numbers integer[], days date[]) RETURNS boolean LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE tally integer; marks bytea; place integer;
BEGIN
    FOR each IN 1 .. cardinality(numbers) LOOP
        IF tally IS DISTINCT FROM numbers[each] / 256 THEN
            UPDATE code_tallies SET days = marks WHERE campaign_id = of_campaign AND number = tally;
            tally := numbers[each] / 256;
            SELECT code_tallies.days INTO marks FROM code_tallies
            WHERE campaign_id = of_campaign AND number = tally FOR UPDATE;
        END IF;
        place := numbers[each] % 256 * 2 + 1;
        IF substr(marks, place, 2) IS DISTINCT FROM '\\x0000'::bytea THEN
            RETURN false;
        END IF;
        marks := overlay(marks PLACING int2send((days[each] - date '2000-01-01')::smallint) FROM place FOR 2);
    END LOOP;
    UPDATE code_tallies SET days = marks WHERE campaign_id = of_campaign AND number = tally;
    RETURN true;
END $$
"""

# Sheets that arrived together, all of them or none: none where one of them is not as nearly all are (a campaign that
# takes no answers, a code that is used, a sheet that has come before). They come in the order of their ids.
STORE = """
CREATE FUNCTION store_sheets(
    moment timestamptz, of_campaigns integer[], ids bytea[], numbers integer[], groups varchar[], schools integer[],
    versions integer[], sheets bytea[], languages varchar[], channels varchar[], days date[], paces integer[],
    repeats boolean[], comment_campaigns integer[], comment_ids bytea[], comment_groups varchar[], comment_texts text[]
) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE used record;
BEGIN
    PERFORM FROM campaigns WHERE id = ANY (of_campaigns) ORDER BY id FOR KEY SHARE;
    IF EXISTS (
        SELECT FROM campaigns WHERE id = ANY (of_campaigns)
        AND (opens_at IS NULL OR opens_at > moment OR closes_at <= moment)
    ) THEN
        RETURN false;
    END IF;
    FOR used IN
        SELECT campaign, array_agg(number ORDER BY number) AS numbers, array_agg(day ORDER BY number) AS days
        FROM unnest(of_campaigns, numbers, days) AS each(campaign, number, day)
        WHERE number IS NOT NULL GROUP BY campaign ORDER BY campaign
    LOOP
        IF NOT use_codes(used.campaign, used.numbers, used.days) THEN
            RAISE EXCEPTION 'a code is not free';
        END IF;
    END LOOP;
    INSERT INTO responses (
        campaign_id, id, "group", school_id, version_id, answers, language, channel, received_on, pace, repeat_device
    ) SELECT * FROM unnest(
        of_campaigns, ids, groups, schools, versions, sheets, languages, channels, days, paces, repeats
    );
    INSERT INTO comments (campaign_id, id, "group", text)
    SELECT * FROM unnest(comment_campaigns, comment_ids, comment_groups, comment_texts);
    RETURN true;
EXCEPTION WHEN unique_violation OR raise_exception THEN
    RETURN false;
END $$
"""
ARGUMENTS = (
    "timestamptz, integer[], bytea[], integer[], varchar[], integer[], integer[], bytea[], varchar[], varchar[], "
    "date[], integer[], boolean[], integer[], bytea[], varchar[], text[]"
)


def upgrade() -> None:
    _add_tallies()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(USE)
        op.execute(STORE)
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


def _add_tallies() -> None:
    op.create_table(
        "code_tallies",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_code_tallies_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_code_tallies"),
        postgresql_with={"fillfactor": "50"},
        sqlite_with_rowid=False,
    )
    op.add_column("codes", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE codes SET number = numbered.number FROM (SELECT campaign_id, id, "
        "row_number() OVER (PARTITION BY campaign_id ORDER BY id) - 1 AS number FROM codes WHERE kind = 'personal'"
        ") AS numbered WHERE codes.campaign_id = numbered.campaign_id AND codes.id = numbered.id"
    )
    op.create_index("ix_codes_campaign_id_number", "codes", ["campaign_id", "number"], unique=True)
    _fill_tallies()
    op.drop_column("codes", "used_on")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE codes RESET (fillfactor)")
        op.execute("CLUSTER codes USING pk_codes")  # the days are in the old rows until all are written anew


def _fill_tallies() -> None:
    codes = sa.table("codes", *map(sa.column, ("campaign_id", "number")), sa.column("used_on", sa.Date()),
                     sa.column("voided_on", sa.Date()))  # fmt: skip
    tallies = sa.table("code_tallies", *map(sa.column, ("campaign_id", "number", "days")))
    marks: dict[tuple[int, int], bytearray] = {}
    for campaign, number, used_on, voided_on in op.get_bind().execute(
        sa.select(*codes.c).where(codes.c.number.is_not(None))
    ):
        tally, place = divmod(number, SIZE)
        day = (used_on - EPOCH).days if used_on else 0xFFFF if voided_on else 0
        marks.setdefault((campaign, tally), bytearray(2 * SIZE))[2 * place : 2 * place + 2] = day.to_bytes(2, "big")
    rows = [
        {"campaign_id": campaign, "number": tally, "days": bytes(days)} for (campaign, tally), days in marks.items()
    ]
    if rows:
        op.bulk_insert(tallies, rows)


def downgrade() -> None:
    op.drop_table("misuse_reports")
    op.drop_table("code_counts")
    op.drop_column("campaigns", "sealed_on")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION store_sheets({ARGUMENTS})")
        op.execute("DROP FUNCTION use_codes(integer, integer[], date[])")
    op.add_column("codes", sa.Column("used_on", sa.Date(), nullable=True))
    op.drop_index("ix_codes_campaign_id_number", table_name="codes")
    op.drop_column("codes", "number")
    op.drop_table("code_tallies")
