"""People: liaisons and auditors, links, sessions, second factors, and failures at sign-in."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLE_CHECK = "ck_accounts_ck_accounts_role"  # as migration 0008 came to name it
ROLES = ("administrator", "officer", "evaluator", "analyst", "interviewer")
NEW_ROLES = (*ROLES, "liaison", "auditor")
ACCOUNTS = sa.table("accounts", sa.column("id"), sa.column("session_token"))
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _allow_roles(*NEW_ROLES)
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        accounts.create_foreign_key("fk_accounts_school_id", "schools", ["school_id"], ["id"])
        accounts.drop_constraint("uq_accounts_session_token", type_="unique")
        accounts.drop_column("session_token")
    _add_links()
    _add_sessions()
    _add_second_factors()
    _add_counts()


def downgrade() -> None:
    for table in ("sign_in_counts", "recovery_codes", "second_factors", "account_sessions", "account_links"):
        op.drop_table(table)
    op.execute("DELETE FROM accounts WHERE role IN ('liaison', 'auditor')")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint("fk_accounts_school_id", type_="foreignkey")
        accounts.drop_column("school_id")
        accounts.add_column(sa.Column("session_token", sa.String(length=64), nullable=True))
    for number in op.get_bind().scalars(sa.select(ACCOUNTS.c.id)).all():
        fresh = secrets.token_hex(16)
        op.execute(ACCOUNTS.update().where(ACCOUNTS.c.id == number).values(session_token=fresh))
    with op.batch_alter_table("accounts") as accounts:
        accounts.alter_column("session_token", existing_type=sa.String(length=64), nullable=False)
        accounts.create_unique_constraint("uq_accounts_session_token", ["session_token"])
    _allow_roles(*ROLES)


def _allow_roles(*roles: str) -> None:
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f(ROLE_CHECK), type_="check")
        accounts.create_check_constraint(op.f(ROLE_CHECK), _one_of(*roles))


def _one_of(*roles: str) -> str:
    words = ", ".join(f"'{role}'" for role in roles)
    return f'"role" IN ({words})'


def _add_links() -> None:
    op.create_table(
        "account_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(_one_of(*NEW_ROLES), name=op.f("ck_account_links_role")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_links_account_id"),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name="fk_account_links_region_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_account_links_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_links"),
        sa.UniqueConstraint("digest", name="uq_account_links_digest"),
    )


def _add_sessions() -> None:
    op.create_table(
        "account_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_sessions_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_sessions"),
        sa.UniqueConstraint("digest", name="uq_account_sessions_digest"),
    )
    op.create_index("ix_account_sessions_account_id", "account_sessions", ["account_id"])


def _add_second_factors() -> None:
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_second_factors_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_recovery_codes_account_id"),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_recovery_codes"),
    )


def _add_counts() -> None:
    op.create_table(
        "sign_in_counts",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_counts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sign_in_counts_last_at", "sign_in_counts", ["last_at"])
