"""`flask instrument …` and `flask scorecard …`: check and publish one's own documents."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file
from app.deeds import EVERYWHERE, tell
from app.edge import here
from app.i18n import in_language
from surveys.instruments.library import library_document as instrument_document
from surveys.instruments.library import library_names as instrument_names
from surveys.instruments.parsing import parse_instrument
from surveys.instruments.versions import publish_instrument
from surveys.scorecards.library import library_document as scorecard_document
from surveys.scorecards.library import library_names as scorecard_names
from surveys.scorecards.parsing import parse_scorecard
from surveys.scorecards.versions import publish_scorecard

instrument = AppGroup("instrument", help="Questionnaires as data.")
scorecard = AppGroup("scorecard", help="Scoring rules as data.")
FILE = click.argument("file", type=click.Path(path_type=Path))


@instrument.command("list")
@at_edge
def list_instruments() -> None:
    """The questionnaires of the library."""
    for name in instrument_names():
        click.echo(f"{name}  {in_language(parse_instrument(instrument_document(name)).title)}")


@instrument.command("check")
@FILE
@at_edge
def check_instrument(file: Path) -> None:
    """Check FILE and list every problem."""
    checked = parse_instrument(read_file(file))
    click.echo(_("没有问题：%(name)s，%(count)s 题", name=checked.name, count=len(checked.items)))


@instrument.command("publish")
@FILE
@at_edge
def publish_own_instrument(file: Path) -> None:
    """Publish FILE as the next version of its questionnaire."""
    with here().database.begin() as session:
        made = publish_instrument(session, content=read_file(file), now=here().clock())
        tell(session, "instrument.published", name=made.name, number=made.number, region=EVERYWHERE)
    click.echo(_("已发布 %(name)s 第 %(number)s 版", name=made.name, number=made.number))


@scorecard.command("list")
@at_edge
def list_scorecards() -> None:
    """The scorecards of the library."""
    for name in scorecard_names():
        click.echo(f"{name}  {in_language(parse_scorecard(scorecard_document(name)).title)}")


@scorecard.command("check")
@FILE
@at_edge
def check_scorecard(file: Path) -> None:
    """Check FILE and list every problem."""
    click.echo(_("没有问题：%(name)s", name=parse_scorecard(read_file(file)).name))


@scorecard.command("publish")
@FILE
@at_edge
def publish_own_scorecard(file: Path) -> None:
    """Publish FILE as the next version of its scorecard."""
    with here().database.begin() as session:
        made = publish_scorecard(session, content=read_file(file), now=here().clock())
        tell(session, "scorecard.published", name=made.name, number=made.number, region=EVERYWHERE)
    click.echo(_("已发布 %(name)s 第 %(number)s 版", name=made.name, number=made.number))
