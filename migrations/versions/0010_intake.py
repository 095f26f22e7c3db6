"""Used codes of a page of PostgreSQL written anew by one call; sealed campaigns; reports of misuse."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Plans are kept from when there were few codes, and reading all of them was quickest; hence none may read all.

# The used codes of a page are written anew in the order of their ids. A loop, because a single UPDATE writes in
# whatever order its plan finds the rows. Whoever is being written by somebody else is left to them: to wait could be to
# wait for each other.
STIR = """
CREATE FUNCTION stir_codes(pages bigint[]) RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
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

# Codes are taken in the order of their ids, so that two who take several never wait for each other.
USE = """
CREATE FUNCTION use_codes(of_campaign integer, wanted bytea[], today date) RETURNS SETOF bytea LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE free bytea[]; pages bigint[];
BEGIN
    SELECT array_agg(id) INTO free FROM (
        SELECT id FROM codes
        WHERE campaign_id = of_campaign AND id = ANY (wanted) AND used_on IS NULL AND voided_on IS NULL
        ORDER BY id FOR UPDATE
    ) AS taken;
    WITH marked AS (
        UPDATE codes SET used_on = today WHERE campaign_id = of_campaign AND id = ANY (free)
        RETURNING (ctid::text::point)[0]::bigint AS page
    )
    SELECT array_agg(DISTINCT page) INTO pages FROM marked;
    PERFORM stir_codes(coalesce(pages, ARRAY[]::bigint[]));
    RETURN QUERY SELECT unnest(free);
END $$
"""

# Sheets that arrived together, all of them or none: none where one of them is not as nearly all are (a campaign that
# takes no answers, a code that is used, a sheet that has come before). They come in the order of their ids.
STORE = """
CREATE FUNCTION store_sheets(
    moment timestamptz, of_campaigns integer[], ids bytea[], slips bytea[], groups varchar[], schools integer[],
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
        SELECT campaign, day, array_agg(slip) AS slips
        FROM unnest(of_campaigns, slips, days) AS each(campaign, slip, day)
        WHERE slip IS NOT NULL GROUP BY campaign, day ORDER BY campaign, day
    LOOP
        IF (SELECT count(*) FROM use_codes(used.campaign, used.slips, used.day)) < cardinality(used.slips) THEN
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
    "timestamptz, integer[], bytea[], bytea[], varchar[], integer[], integer[], bytea[], varchar[], varchar[], date[], "
    "integer[], boolean[], integer[], bytea[], varchar[], text[]"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(STIR)
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


def downgrade() -> None:
    op.drop_table("misuse_reports")
    op.drop_table("code_counts")
    op.drop_column("campaigns", "sealed_on")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION store_sheets({ARGUMENTS})")
        op.execute("DROP FUNCTION use_codes(integer, bytea[], date)")
        op.execute("DROP FUNCTION stir_codes(bigint[])")
