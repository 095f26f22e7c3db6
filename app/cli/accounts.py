"""`flask account …`: who may sign in to the console."""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_security import hash_password

from app.cli.edge import at_edge
from app.edge import here
from surveys import accounts
from surveys.errors import SurveyError

account = AppGroup("account", help="Who may sign in to the console.")
PASSWORD_BYTES = 9


def fresh_password() -> str:
    """Twelve characters that nobody chose."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


@account.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), required=True)
@click.option("--region", required=True, help="Code of the region whose subtree the account sees.")
@at_edge
def add(name: str, role: str, region: str) -> None:
    """Add an account and print its fresh password, once."""
    password = fresh_password()
    with here().database.begin() as session:
        accounts.add_account(
            session, name=name, password=hash_password(password), role=role, region=region, now=here().clock()
        )
    _show(name, password)


@account.command("password")
@click.argument("name")
@at_edge
def renew(name: str) -> None:
    """Give an account a fresh password, print it once, and end its sessions."""
    password = fresh_password()
    with here().database.begin() as session:
        found = accounts.find_account(session, name=name)
        if found is None:
            raise SurveyError("account.unknown", "missing", name=name)
        accounts.set_password(session, account_id=found.id, password=hash_password(password))
    _show(name, password)


def _show(name: str, password: str) -> None:
    click.echo(_("用户名 %(name)s", name=name))
    click.echo(_("密码 %(password)s（只显示这一次）", password=password))
