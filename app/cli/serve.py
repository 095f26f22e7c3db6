"""`flask serve`: bring the database up, make the fictional county on first start, and serve."""

from __future__ import annotations

import os
import resource
import socket
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from app.cli.demo import Demo, find_demo, make_demo
from app.edge import here
from surveys import schema
from surveys.qr import qr_terminal

WORKERS = 2
CONNECTIONS = 8192  # that each worker keeps; a browser keeps its own for half a minute after the last page
OTHER_FILES = 256  # that a worker may have open besides
FEWEST = 64


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), envvar="PORT", default=8000, show_default=True)
@click.option("--demo/--no-demo", default=True, help="Make the fictional county when the database is empty.")
@with_appcontext
def serve(host: str, port: int, demo: bool) -> None:
    """Set the database up and serve; Ctrl-C stops."""
    address = free_address(host, port)
    schema.upgrade(here().database)
    shown = (make_demo() or find_demo()) if demo else None
    _announce(shown)
    here().database.close()
    sys.stdout.flush()
    command = server_command("wsgi:service", host=address, port=port)
    allow_files()
    os.execv(command[0], command)  # noqa: S606 - our own server, no shell


def free_address(host: str, port: int) -> str:
    """The address of `host`, if nobody serves there: the server itself would share the port without a word."""
    try:
        family, kind, protocol, _name, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what is closing does not count
            probe.bind(where)
    except OSError as error:
        place = {"host": host, "port": port, "why": error.strerror or ""}
        raise click.ClickException(_("不能在 %(host)s:%(port)s 上服务：%(why)s", **place)) from None
    return str(where[0])


def server_command(target: str, *, host: str, port: int, **others: str) -> list[str]:
    """How the production server is started for a `target`; no access log, because addresses hold codes.

    `others` are more of its options, or other values for them.
    """
    options = {
        "--interface": "rsgi",
        "--http": "1",
        "--host": host,
        "--port": str(port),
        "--workers": str(WORKERS),
        "--backlog": "4096",
        "--backpressure": str(connections()),
        "--loop": "uvloop",
        "--workers-kill-timeout": "10",
        "--log-level": "error",
        **{f"--{name.replace('_', '-')}": value for name, value in others.items()},
    }
    granian = str(Path(sys.executable).with_name("granian"))
    return [
        granian,
        *(word for pair in options.items() for word in pair),
        "--respawn-failed-workers",
        "--no-access-log",
        "--no-ws",
        target,
    ]


def connections() -> int:
    """How many each worker keeps: where no file can be opened any more, nothing at all can be done."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if hard == resource.RLIM_INFINITY else max(FEWEST, min(CONNECTIONS, hard - OTHER_FILES))


def allow_files() -> None:
    """Let this process and its children open as many files as that takes, which most systems do not unasked."""
    needed = connections() + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough, possible = (limit == resource.RLIM_INFINITY or limit >= needed for limit in (soft, hard))
    if possible and not enough:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _announce(demo: Demo | None) -> None:
    base = here().settings.base_url
    click.echo()
    click.echo(_("控制台   %(url)s", url=f"{base}/console/"))
    if demo is None:
        click.echo(_("还没有账号？ .venv/bin/flask account add 用户名 --role officer --region 县代码"))
    else:
        _show_demo(demo)
    click.echo(_("按 Ctrl-C 停止。"))
    click.echo()


def _show_demo(demo: Demo) -> None:
    click.echo(_("以下全部是模拟数据，不是真实的县。"))
    click.echo(_("用户名   %(name)s（只看不改的用户：%(other)s，密码相同）", name=demo.officer, other=demo.evaluator))
    if demo.password is None:
        click.echo(
            _("密码     首次启动时已显示；换一个新的： .venv/bin/flask account password %(name)s", name=demo.officer)
        )
    else:
        click.echo(_("密码     %(password)s（只显示这一次）", password=demo.password))
    if demo.address is not None:
        click.echo(_("手机答题 %(url)s", url=demo.address))
        click.echo(qr_terminal(demo.address))
