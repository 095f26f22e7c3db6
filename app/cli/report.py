"""`flask report ID`: the report pack."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, write_file, write_parts
from app.deeds import tell
from app.edge import here
from app.i18n import DEFAULT, LANGUAGES
from app.pack.making import FORMATS, address_of, make_report, make_sheets
from surveys import campaigns
from surveys.reports.archive import zip_files
from surveys.trail import AT_THE_SHELL, TAKEN


@click.command("report")
@click.argument("name", metavar="ID")
@click.option("--format", "format_", type=click.Choice(FORMATS), help="By default as the file's name ends.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE; a ZIP of all schools.")
@click.option(
    "--kind", type=click.Choice(["county", "public", "schools"]), default="county", show_default=True,
    help="For evaluators, for everybody, or the sheets of schools.",
)  # fmt: skip
@click.option("--school", help="With --kind schools: only this school (its code).")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@click.option("--evaluation", type=int, metavar="N", help="Another settled score than the newest.")
@at_edge
def report(
    name: str, file: Path, kind: str, format_: str | None, school: str | None, language: str, evaluation: int | None
) -> None:
    """Write a report of campaign ID: Word, PDF or Excel for the county, Word or PDF for the public, PDF for schools.

    The same content has the same serial, by which anybody can verify it.
    """
    ending = format_ or file.suffix.lstrip(".").lower()
    if kind == "schools" and school is None:
        _write_sheets(name, file, language, evaluation)
    else:
        if kind != "schools" and school is not None:
            raise click.UsageError(_("--school 要和 --kind schools 一起用"))
        made = make_report(
            name=name,
            kind="school" if kind == "schools" else kind,
            format=ending,
            language=language,
            by=AT_THE_SHELL,
            school=school,
            number=evaluation,
        )
        write_file(file, made.content())
        click.echo(_("核验：%(address)s", address=address_of(made.issued.serial)))
    _tell(name)


def _write_sheets(name: str, file: Path, language: str, evaluation: int | None) -> None:
    """A ZIP, with a bar that moves."""
    if file.suffix.lower() != ".zip":
        raise click.UsageError(_("全部学校的反馈单是一个 .zip 文件：%(file)s", file=file.name))
    files = make_sheets(name=name, language=language, by=AT_THE_SHELL, number=evaluation)
    with click.progressbar(files, label=_("正在排版 %(count)s 份", count=len(files)), file=sys.stderr) as bar:
        write_parts(file, zip_files(bar))


def _tell(name: str) -> None:
    app = here()
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        tell(session, TAKEN, campaign_id=campaign.id, what="report")
