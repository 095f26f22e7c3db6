"""`flask studies make ID`: what else the answers say, worked out beside the score and kept with it."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, refusal
from app.edge import here
from app.studies import make_studies
from app.words import STUDIES
from surveys import studies as kept
from surveys.publication import get_publication


@click.group("studies")
def studies() -> None:
    """Analyses beside a score: schools, certainty, changes, drivers."""


@studies.command("make")
@click.argument("name", metavar="ID")
@click.option("--kind", "kinds", type=click.Choice(tuple(kept.KINDS)), multiple=True, help="Only this kind of study.")
@click.option("--number", type=click.IntRange(1), help="Of this evaluation instead of the newest.")
@at_edge
def make(name: str, kinds: tuple[str, ...], number: int | None) -> None:
    """Work out the studies beside the score of campaign ID and keep them."""
    with here().database.read() as session:
        published = get_publication(session, name=name, now=here().clock(), number=number)
    made = published.evaluation.number
    for each in make_studies(name=name, number=made, kinds=kinds or kept.KINDS):
        if each.refusal is None:
            click.echo(_("已分析：%(study)s（第 %(number)s 次测评）", study=STUDIES[each.kind], number=made))
        else:
            click.echo(f"! {STUDIES[each.kind]}: {refusal(each.refusal)}", err=True)
