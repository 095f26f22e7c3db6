"""`flask codebook NAME`: what every variable means, of questionnaires or of a campaign."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, check_writable, write_file
from app.codebook import KINDS, render_codebook
from app.codebook.reading import data_codebook, instrument_codebook, papers_codebook
from app.deeds import tell
from app.edge import here
from app.i18n import DEFAULT, LANGUAGES
from surveys.campaigns import get_campaign
from surveys.exports.codebook import Codebook
from surveys.trail import TAKEN


@click.command("codebook")
@click.argument("names", metavar="[NAME[@N]]...", nargs=-1)
@click.option("--format", "kind", type=click.Choice(list(KINDS)), help="By default as the file's name ends.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE to write.")
@click.option("--campaign", metavar="ID", help="All papers of this campaign, instead of NAMEs.")
@click.option("--frequencies", is_flag=True, help="With --campaign, once it is closed: how often each value occurs.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT, show_default=True)
@at_edge
def codebook(
    names: tuple[str, ...], kind: str | None, file: Path, campaign: str | None, frequencies: bool, language: str
) -> None:
    """Write the codebook of questionnaires NAME (the newest version, or version N), or of a campaign.

    Frequencies tell of single people: keep such a file as you keep the answers.
    """
    wanted = kind or {"xml": "ddi"}.get(ending := file.suffix.lstrip(".").lower(), ending)
    if wanted not in KINDS:
        raise click.UsageError(_("文件名应以 .html、.pdf、.xml 或 .json 结尾，或者给出 --format"))
    if bool(names) == (campaign is not None):
        raise click.UsageError(_("要么写问卷的名称，要么写 --campaign，只写一种"))
    if frequencies and campaign is None:
        raise click.UsageError(_("--frequencies 要和 --campaign 一起用"))
    check_writable(file)
    found = instrument_codebook(names) if campaign is None else _of_campaign(campaign, frequencies)
    write_file(file, render_codebook(found, kind=wanted, language=language))
    click.echo(_("%(count)s 个变量", count=len(found.dictionary.variables)))


def _of_campaign(name: str, frequencies: bool) -> Codebook:
    app = here()
    with app.database.read() as session:
        campaign = get_campaign(session, name=name, now=app.clock())
    if not frequencies:
        return papers_codebook(campaign)
    found = data_codebook(name)
    with app.database.begin() as session:
        tell(session, TAKEN, campaign_id=campaign.id, what="codebook")
    return found
