"""`flask codes …`: issue codes and print them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, write_file
from app.edge import here
from app.kit import print_kit
from surveys import campaigns
from surveys.codes import issue_open, issue_personal, list_slips

codes = AppGroup("codes", help="Codes: posters for a school x group, slips for one use.")
GROUP = click.option("--group", help="Only this group, such as parent.")
SCHOOL = click.option("--school", help="Only this school (its code).")


@codes.command("issue")
@click.argument("name", metavar="ID")
@click.option("--personal", type=click.IntRange(1, 100_000), help="Issue this many personal codes; needs --group.")
@GROUP
@SCHOOL
@at_edge
def issue(name: str, personal: int | None, group: str | None, school: str | None) -> None:
    """Issue codes for campaign ID: one open code per school x group, or personal codes with --personal."""
    if personal is not None and group is None:
        raise click.UsageError(_("--personal 需要 --group"))
    app = here()
    secret, today, draw = app.settings.secret, app.today(), app.draw
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        if personal is None:
            issued = issue_open(session, campaign_id=campaign.id, secret=secret, today=today, draw=draw)
        else:
            issued = issue_personal(
                session,
                campaign_id=campaign.id,
                group=group or "",
                school=school,
                count=personal,
                secret=secret,
                today=today,
                draw=draw,
            )
    click.echo(_("新发放 %(count)s 个答题码。", count=issued))


@codes.command("print")
@click.argument("name", metavar="ID")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE.pdf")
@click.option("--kind", type=click.Choice(["open", "personal"]), help="Only posters, or only slips.")
@GROUP
@SCHOOL
@at_edge
def print_codes(name: str, file: Path, kind: str | None, group: str | None, school: str | None) -> None:
    """Print the codes of campaign ID as an A4 PDF: posters and cut-out slips."""
    with here().database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=here().clock())
        slips = list_slips(
            session,
            campaign_id=campaign.id,
            secret=here().settings.secret,
            kind=kind,
            group=group,
            school=school,
        )
    write_file(file, print_kit(campaign, slips))
    click.echo(_("印在上面的网址以 %(base)s 开头。", base=here().settings.base_url))
    if not campaign.simulated and urlsplit(here().settings.base_url).hostname in ("127.0.0.1", "localhost"):
        click.echo(_("手机打不开这个网址！先用 RENKE_BASE_URL 说明本系统对外的网址，再印一次。"), err=True)
