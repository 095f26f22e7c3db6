"""`flask export ID`: the answers with their design, or the results, in the formats of analysts."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, check_writable, write_through
from app.deeds import tell
from app.edge import here
from app.i18n import DEFAULT
from surveys import exports
from surveys.campaigns import get_campaign
from surveys.exports import FORMATS
from surveys.exports.ordering import read_order
from surveys.exports.words import LANGUAGES
from surveys.trail import TAKEN


@click.command("export")
@click.argument("name", metavar="ID")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="By default as the file's name ends.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE to write.")
@click.option(
    "--what", type=click.Choice(["microdata", "results"]), default="microdata", show_default=True,
    help="The answers with their design, or every figure that may be shown.",
)  # fmt: skip
@click.option("--evaluation", type=click.IntRange(1, 999_999), metavar="N", help="Weighed as this evaluation did.")
@click.option("--replicates", default="0", metavar="R", help="Bootstrap weights beside the others; 200 to 500 do.")
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT, show_default=True, help="Of labels.")
@at_edge
def export(
    name: str, file: Path, format_: str | None, what: str, evaluation: int | None, replicates: str, language: str
) -> None:
    """Write the data of campaign ID, which must be closed, to a file."""
    check_writable(file)
    order = read_order(
        campaign=name,
        evaluation=evaluation or 0,
        what=what,
        format=_format_of(file, format_),
        language=language,
        replicates=replicates,
    )
    app = here()
    with app.database.read() as session:
        extract = exports.load_extract(session, order=order, now=app.clock(), secret=app.settings.secret)
    with click.progressbar(length=extract.rows, label=_("正在写入"), file=sys.stderr) as bar:
        write_through(file, lambda path: exports.write_extract(extract, order=order, path=path, progress=bar.update))
    click.echo(_("%(rows)s 行，%(columns)s 个变量", rows=extract.rows, columns=len(extract.variables)))
    with app.database.begin() as session:
        campaign = get_campaign(session, name=name, now=app.clock())
        tell(session, TAKEN, campaign_id=campaign.id, what="export")


def _format_of(file: Path, named: str | None) -> str:
    """What was named, if the file's name ends so, or else what the name's end says."""
    ending = file.suffix.lstrip(".").lower()
    if named is None:
        return next((name for name, each in FORMATS.items() if each.suffix == ending), file.suffix)
    if ending != FORMATS[named].suffix:
        expected = {"format": named, "ending": FORMATS[named].suffix, "file": file.name}
        raise click.UsageError(_("%(format)s 格式的文件名应以 .%(ending)s 结尾：%(file)s", **expected))
    return named
