"""The trail as chains: an entry for a campaign or for the installation, each sealed by a digest."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What was told is never changed, whoever asks: the database itself refuses. Heads move, and are never taken away.
REFUSE = """
CREATE FUNCTION refuse_trail_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'an entry of the trail never changes'; END $$
"""
REFUSED = (("trail", "update"), ("trail", "delete"), ("trail_heads", "delete"))
NOTHING = "0" * 64
INSTALLATION = 0
MANY, FEW = 1000, 10  # rows at a time: entries, and scores, which are large
MOMENT, DATA = sa.DateTime(timezone=True), sa.JSON()
OLD = sa.table(
    "trail_old",
    *map(sa.column, ("campaign_id", "number", "by", "action")),
    sa.column("at", MOMENT),
    sa.column("facts", DATA),
)
SEALED = ("number", "provisional", "responses", "scorecard_version_id", "frame_id", "data_digest", "code_version")
SCORES = sa.table(
    "evaluations",
    sa.column("campaign_id"),
    *(sa.column(name) for name in SEALED if name != "provisional"),
    sa.column("provisional", sa.Boolean()),
    sa.column("made_at", MOMENT),
    sa.column("recipe", DATA),
    sa.column("result", DATA),
)


def upgrade() -> None:
    op.execute("CREATE TABLE trail_old AS SELECT * FROM trail")
    op.drop_table("trail")
    entries, heads = _add_tables()
    _chain(entries, heads)
    op.drop_table("trail_old")
    _guard()


def downgrade() -> None:
    op.execute("CREATE TABLE trail_old AS SELECT * FROM trail")
    op.drop_table("trail")
    op.drop_table("trail_heads")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_trail_change()")
    op.create_table(
        "trail",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        *_columns(),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_trail_campaign_id"),
        sa.PrimaryKeyConstraint("campaign_id", "number", name="pk_trail"),
    )
    op.execute(
        'INSERT INTO trail (campaign_id, number, at, "by", action, facts) '
        'SELECT campaign_id, number, at, "by", action, facts FROM trail_old WHERE campaign_id IS NOT NULL'
    )
    op.drop_table("trail_old")


def _columns() -> list[sa.Column]:
    return [
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
    ]


def _add_tables() -> tuple[sa.Table, sa.Table]:
    entries = op.create_table(
        "trail",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        *_columns(),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("chain = coalesce(campaign_id, 0)", name=op.f("ck_trail_chain")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_trail_campaign_id"),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_trail"),
    )
    op.create_index("ix_trail_chain_action_number", "trail", ["chain", "action", "number"])
    heads = op.create_table(
        "trail_heads",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_trail_heads"),
    )
    return entries, heads


def _chain(entries: sa.Table, heads: sa.Table) -> None:
    """Seal what was told so far, and the scores that were kept; nothing tells whether either was changed before.

    Every campaign has a chain from now on, and so has the installation: one that is gone is missed.
    """
    connection = op.get_bind()
    campaigns = connection.scalars(sa.text("SELECT id FROM campaigns ORDER BY id"))
    ends = dict.fromkeys((INSTALLATION, *campaigns), (0, NOTHING))
    told = connection.execute(sa.select(OLD).order_by(OLD.c.campaign_id, OLD.c.number)).mappings()
    for some in told.partitions(MANY):
        op.bulk_insert(entries, [_seal(dict(row), ends) for row in some])
    kept = connection.execute(sa.select(SCORES).order_by(SCORES.c.campaign_id, SCORES.c.number)).mappings()
    for few in kept.partitions(FEW):
        op.bulk_insert(entries, [_seal(_deed_of(row), ends) for row in few])
    rows = [{"chain": chain, "number": number, "digest": digest} for chain, (number, digest) in ends.items()]
    op.bulk_insert(heads, rows)


def _deed_of(score: sa.RowMapping) -> dict:
    """What the trail would have told when the score was kept."""
    made_at = _in_utc(score["made_at"])
    content = {name: score[name] for name in (*SEALED, "recipe", "result")} | {"made_at": made_at.isoformat()}
    facts = {"number": score["number"], "digest": _digest(content), "before": True}
    about = {"campaign_id": score["campaign_id"], "at": made_at, "by": "command", "action": "score.kept"}
    return {**about, "facts": facts}


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _seal(row: dict, ends: dict[int, tuple[int, str]]) -> dict:
    """The row as an entry of its chain; numbers begin anew, should any have been missing."""
    chain = row["campaign_id"]
    last, previous = ends[chain]
    at = _in_utc(row["at"])
    digest = _digest([previous, chain, last + 1, at.isoformat(), row["by"], row["action"], row["facts"]])
    ends[chain] = (last + 1, digest)
    return {**row, "at": at, "chain": chain, "number": last + 1, "digest": digest}


def _guard() -> None:
    of_file = op.get_bind().dialect.name == "sqlite"
    if not of_file:
        op.execute(REFUSE)
        order = "CREATE TRIGGER trail_no_truncate BEFORE TRUNCATE ON trail"
        op.execute(f"{order} FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()")
    for table, event in REFUSED:
        body = "FOR EACH ROW EXECUTE FUNCTION refuse_trail_change()"
        if of_file:
            body = "BEGIN SELECT RAISE(ABORT, 'an entry of the trail never changes'); END"
        op.execute(f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} {body}")
