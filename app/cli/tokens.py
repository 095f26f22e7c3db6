"""`flask account token …`: tokens by which programs read the API for an account."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, table
from app.edge import here
from app.i18n import local_time
from surveys import accounts
from surveys.accounts import tokens
from surveys.accounts.tokens import LONGEST_DAYS, SCOPES, USUAL_DAYS, WantedToken
from surveys.trail import AT_THE_SHELL

token = AppGroup("token", help="Tokens by which programs read the API for an account.")


@token.command("add")
@click.argument("name")
@click.option("--scope", "scopes", type=click.Choice(tuple(SCOPES)), multiple=True, required=True)
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=USUAL_DAYS, show_default=True)
@click.option(
    "--region", help="Code of a region below that of the account, at least a county; that of the account unless said."
)
@click.option("--label", default="shell", show_default=True, help="What the token is called.")
@at_edge
def add(name: str, scopes: tuple[str, ...], days: int, region: str | None, label: str) -> None:
    """Make a token for the account NAME and print it, once."""
    app = here()
    with app.database.begin() as session:
        made = tokens.make_token(
            session,
            account=accounts.get_account(session, name=name),
            wanted=WantedToken(label, scopes, days, region),
            now=app.clock(),
            secret=app.settings.secret,
            draw=app.draw,
            by=AT_THE_SHELL,
        )
    click.echo(_("令牌只显示这一次，请现在收好："), err=True)
    click.echo(made)


@token.command("list")
@click.argument("name")
@at_edge
def list_tokens(name: str) -> None:
    """Print the tokens of the account NAME that can be used."""
    with here().database.read() as session:
        found = accounts.get_account(session, name=name)
        listed = tokens.list_tokens(session, account_id=found.id, now=here().clock())
    head = (_("编号"), _("名称"), _("权限"), _("行政区"), _("有效到"), _("最近使用"))
    rows = [
        (each.number, each.name, " ".join(each.scopes), each.region, local_time(each.expires_at), each.used_on)
        for each in listed
    ]
    click.echo(table([head, *rows]))


@token.command("end")
@click.argument("name")
@click.argument("number", type=int)
@at_edge
def end(name: str, number: int) -> None:
    """End token NUMBER of the account NAME; `flask account token list NAME` tells the numbers."""
    now = here().clock()
    with here().database.begin() as session:
        found = accounts.get_account(session, name=name)
        ended = tokens.end_token(session, account=found, number=number, now=now, by=AT_THE_SHELL)
    click.echo(_("令牌“%(name)s”已停用。", name=ended))
