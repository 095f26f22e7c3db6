"""Liaisons and auditors, and the school that a liaison belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLE_CHECK = "ck_accounts_ck_accounts_role"  # as migration 0008 came to name it
ROLES = ("administrator", "officer", "evaluator", "analyst", "interviewer")


def upgrade() -> None:
    _allow_roles(*ROLES, "liaison", "auditor")
    with op.batch_alter_table("accounts") as accounts:
        accounts.add_column(sa.Column("school_id", sa.Integer(), nullable=True))
        accounts.create_foreign_key("fk_accounts_school_id", "schools", ["school_id"], ["id"])


def downgrade() -> None:
    op.execute("DELETE FROM accounts WHERE role IN ('liaison', 'auditor')")
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint("fk_accounts_school_id", type_="foreignkey")
        accounts.drop_column("school_id")
    _allow_roles(*ROLES)


def _allow_roles(*roles: str) -> None:
    words = ", ".join(f"'{role}'" for role in roles)
    with op.batch_alter_table("accounts") as accounts:
        accounts.drop_constraint(op.f(ROLE_CHECK), type_="check")
        accounts.create_check_constraint(op.f(ROLE_CHECK), f'"role" IN ({words})')
