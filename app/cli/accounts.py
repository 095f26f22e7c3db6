"""`flask account …`: who may sign in to the console. Whoever has a shell may do everything; the trail says so."""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup
from flask_babel import gettext as _
from flask_security import hash_password

from app.cli.edge import at_edge, table
from app.edge import here
from app.handed import address_of_link
from app.i18n import local_time
from app.words import ROLES, who, word
from surveys import accounts
from surveys.accounts import second_factor, sessions
from surveys.accounts.links import Wanted
from surveys.trail import AT_THE_SHELL

account = AppGroup("account", help="Who may sign in to the console.")
PASSWORD_BYTES = 9


def fresh_password() -> str:
    """Twelve characters that nobody chose."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


@account.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), required=True)
@click.option("--region", required=True, help="Code of the region whose subtree the account sees.")
@click.option("--school", help="Code of a liaison's school.")
@at_edge
def add(name: str, role: str, region: str, school: str | None) -> None:
    """Add an account and print its fresh password, once."""
    password = fresh_password()
    hashed = hash_password(password)
    with here().database.begin() as session:
        made = accounts.add_account(
            session, name=name, password=hashed, role=role, region=region, school=school, now=here().clock()
        )
        accounts.record(session, account=made, now=here().clock(), by=AT_THE_SHELL, action="account.added")
    click.echo(_("用户名 %(name)s", name=name))
    click.echo(_("密码 %(password)s（只显示这一次）", password=password))


@account.command("list")
@at_edge
def list_accounts() -> None:
    """Print every account."""
    with here().database.read() as session:
        found = accounts.list_accounts(session)
    head = (_("用户名"), _("角色"), _("行政区"), _("学校"), _("第二验证"), _("状态"))
    rows = [
        (
            each.name,
            word(ROLES, each.role),
            each.region,
            each.school,
            _("有") if each.second_factor else _("没有"),
            _("在用") if each.active else _("已停用"),
        )
        for each in found
    ]
    click.echo(table([head, *rows]))


@account.command("invite")
@click.argument("name")
@click.option("--role", type=click.Choice(accounts.ROLES), required=True)
@click.option("--region", required=True, help="Code of the region whose subtree the account will see.")
@click.option("--school", help="Code of a liaison's school.")
@at_edge
def invite(name: str, role: str, region: str, school: str | None) -> None:
    """Print a link by which somebody becomes an account; it works once, for seven days."""
    app = here()
    with app.database.begin() as session:
        token = accounts.invite(
            session,
            wanted=Wanted(name, role, region, school),
            account=None,
            now=app.clock(),
            secret=app.settings.secret,
            draw=app.draw,
        )
    click.echo(address_of_link(token))


@account.command("links")
@at_edge
def list_links() -> None:
    """Print the links that were handed out and can still be used."""
    with here().database.read() as session:
        found = accounts.list_links(session, account=None, now=here().clock())
    head = (_("编号"), _("用户名"), _("用途"), _("角色"), _("行政区"), _("谁开的"), _("有效到"))
    rows = [
        (
            str(each.number),
            each.name,
            _("重设密码") if each.resets else _("建立账号"),
            word(ROLES, each.role),
            each.region,
            who(each.made_by),
            local_time(each.expires_at),
        )
        for each in found
    ]
    click.echo(table([head, *rows]))


@account.command("revoke")
@click.argument("number", type=int)
@at_edge
def revoke(number: int) -> None:
    """Take back link NUMBER, which nobody has used yet; `flask account links` tells the numbers."""
    with here().database.begin() as session:
        link = accounts.end_link(session, account=None, number=number, now=here().clock())
    click.echo(_("给 %(name)s 的链接已撤回。", name=link.name))


@account.command("reset")
@click.argument("name")
@at_edge
def reset(name: str) -> None:
    """Print a link by which NAME chooses a new password; it works once, for a day."""
    app = here()
    with app.database.begin() as session:
        found = accounts.get_account(session, name=name)
        token = accounts.offer_reset(
            session, account=found, by=AT_THE_SHELL, now=app.clock(), secret=app.settings.secret, draw=app.draw
        )
    click.echo(address_of_link(token))


@account.command("reset-second-factor")
@click.argument("name")
@at_edge
def reset_second_factor(name: str) -> None:
    """Clear NAME's second factor and end its sessions; who needs one sets it up at the next sign-in."""
    now = here().clock()
    with here().database.begin() as session:
        found = accounts.get_account(session, name=name)
        second_factor.drop_factor(session, account=found, now=now, by=AT_THE_SHELL)
        sessions.end_sessions(session, account=found, keep=None, now=now, by=AT_THE_SHELL)
    click.echo(_("已清除 %(name)s 的第二验证。", name=name))


@account.command("deactivate")
@click.argument("name")
@at_edge
def deactivate(name: str) -> None:
    """Close NAME's account and end its sessions."""
    with here().database.begin() as session:
        found = accounts.get_account(session, name=name)
        accounts.deactivate(session, account=found, now=here().clock(), by=AT_THE_SHELL)
    click.echo(_("账号 %(name)s 已停用。", name=name))


@account.command("reactivate")
@click.argument("name")
@at_edge
def reactivate(name: str) -> None:
    """Open NAME's account again."""
    with here().database.begin() as session:
        found = accounts.get_account(session, name=name)
        accounts.activate(session, account=found, now=here().clock(), by=AT_THE_SHELL)
    click.echo(_("账号 %(name)s 已恢复。", name=name))


@account.command("sessions")
@click.argument("name")
@click.option("--end", is_flag=True, help="End them all.")
@at_edge
def list_sessions(name: str, end: bool) -> None:
    """Print where NAME is signed in; with --end, end it everywhere."""
    now = here().clock()
    with here().database.begin() as session:
        found = accounts.get_account(session, name=name)
        listed = sessions.list_sessions(session, account_id=found.id, now=now)
        if end:
            sessions.end_sessions(session, account=found, keep=None, now=now, by=AT_THE_SHELL)
    head = (_("登录"), _("最近使用"), _("浏览器"))
    rows = [(local_time(each.started_at), local_time(each.seen_at), each.browser) for each in listed]
    click.echo(table([head, *rows]))
    if end:
        click.echo(_("已结束 %(count)s 次登录。", count=len(listed)))
