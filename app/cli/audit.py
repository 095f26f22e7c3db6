"""`flask audit …`: whether the trail is still what was told, and where its chains end."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file
from app.deeds import chain_line, deed_line
from app.edge import here
from app.i18n import local_time
from app.words import who
from surveys import trail
from surveys.campaigns import get_campaign
from surveys.errors import Problem, SurveyError, shorten
from surveys.trail import Deed, Head

INSTALLATION = "*"  # no campaign has such a name
HEAD = re.compile(r"(\*|[a-z0-9][a-z0-9-]*)\s+([0-9]{1,12})\s+([0-9a-f]{64})")
DIFFERS = 1

audit_trail = AppGroup("audit", help="The trail: who did what, when; and whether any of it was changed since.")


@audit_trail.command("verify")
@click.argument("name", metavar="[CAMPAIGN]", required=False)
@click.option("--heads", type=click.Path(path_type=Path), help="Ends that `flask audit heads` printed before.")
@at_edge
def verify(name: str | None, heads: Path | None) -> None:
    """Walk every chain, or that of CAMPAIGN, and say which entry first differs; exit code 1 if any does.

    A chain that was computed anew as a whole agrees with itself: only ends that were kept elsewhere (on paper, on
    another machine) show that, with --heads.
    """
    kept = None if heads is None else _read_heads(heads)
    broken = False
    with here().database.read() as session:
        for found in trail.verify_trail(session, campaign=name, kept=kept):
            broken = broken or found.fault is not None
            click.echo(chain_line(found))
    if broken:
        sys.exit(DIFFERS)


@audit_trail.command("heads")
@at_edge
def print_heads() -> None:
    """Print where every chain ends: keep it elsewhere, and give it to `flask audit verify --heads` later."""
    with here().database.read() as session:
        heads = trail.list_heads(session)
    click.echo(
        "# " + _("操作记录的链尾，%(when)s：批次代号（* 是系统本身）、条数、摘要", when=local_time(here().clock()))
    )
    for head in heads:
        click.echo(f"{head.campaign or INSTALLATION} {head.number} {head.digest}")


@audit_trail.command("show")
@click.argument("name", metavar="CAMPAIGN")
@click.option("--json", "as_json", is_flag=True, help="Everything, one JSON object a line.")
@at_edge
def show(name: str, as_json: bool) -> None:
    """Print the trail of CAMPAIGN, or of the installation (`*`), the oldest entry first."""
    with here().database.read() as session:
        chain = None if name == INSTALLATION else get_campaign(session, name=name, now=here().clock()).id
        for deed in trail.stream_deeds(session, wanted=trail.Wanted(chain)):
            click.echo(_json(deed) if as_json else _text(deed))


def _text(deed: Deed) -> str:
    return f"{deed.number}  {local_time(deed.at, '%Y-%m-%d %H:%M:%S')}  {who(deed.by)}  {deed_line(deed)}"


def _json(deed: Deed) -> str:
    told = {"number": deed.number, "at": deed.at.isoformat(), "by": deed.by, "action": deed.action}
    return json.dumps({**told, "facts": deed.facts, "digest": deed.digest}, ensure_ascii=False)


def _read_heads(file: Path) -> tuple[Head, ...]:
    """Raises SurveyError(`heads.invalid`) with every line that is none."""
    lines = read_file(file).decode("utf-8", "replace").lstrip("\ufeff").splitlines()
    kept = [(row, line.strip()) for row, line in enumerate(lines, start=1) if line.strip()[:1] not in ("", "#")]
    problems = [Problem("heads.line", line=row, value=shorten(line)) for row, line in kept if not HEAD.fullmatch(line)]
    if problems or not kept:
        raise SurveyError("heads.invalid", "invalid", problems, filename=file.name)
    return tuple(_heads(line for row, line in kept))


def _heads(lines: Iterator[str]) -> Iterator[Head]:
    for line in lines:
        chain, number, digest = line.split()
        yield Head(None if chain == INSTALLATION else chain, int(number), digest)
