"""`flask replicate ID`: the files by which others derive a score again."""

from __future__ import annotations

from pathlib import Path

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, check_writable, drafted
from app.deeds import tell
from app.edge import here
from surveys.exports.replication import MADE, Package, make_package


@click.command("replicate")
@click.argument("name", metavar="ID")
@click.option("--evaluation", type=int, metavar="N", help="Another settled score than the signed or the newest one.")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="The file to write: .zip.")
@at_edge
def replicate(name: str, evaluation: int | None, file: Path) -> None:
    """Write a ZIP by which others derive the score of the closed campaign ID again, with Python or R.

    It holds the answers of single people, without names and codes of schools: keep the file as such.
    """
    if file.suffix.lower() != ".zip":
        raise click.UsageError(_("复现包是一个 .zip 文件：%(file)s", file=file.name))
    check_writable(file)
    with drafted(file, mode=0o600) as draft:
        made = _make(name, evaluation, draft)
    signed = _("已签署") if made.signed else _("尚未签署：草案")
    click.echo(_("第 %(number)s 次测评（%(signed)s），%(count)s 份答卷；SHA-256 %(digest)s", number=made.evaluation,
                 signed=signed, count=made.forms, digest=made.digest))  # fmt: skip
    click.echo(_("里面是逐份的答案：请只交给有权查看的人，用完即删。"))


def _make(name: str, evaluation: int | None, path: Path) -> Package:
    """The package, which the trail knows of before anybody has it."""
    app = here()
    settings, now = app.settings, app.clock()
    with app.database.read() as session:
        made = make_package(
            session, name=name, path=path, now=now, zone=settings.timezone, secret=settings.secret, number=evaluation
        )
    with app.database.begin() as session:
        tell(session, MADE, campaign_id=made.campaign_id, **made.facts)
    return made
