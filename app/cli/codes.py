"""`flask codes …`: issue codes and print them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, write_file, write_parts
from app.deeds import tell
from app.edge import here
from app.kit import BOTH, Printable, lay_out, printed_before
from app.words import GROUPS, word
from surveys import campaigns
from surveys.codes import issue_open, issue_personal
from surveys.codes.issuing import count_crowd
from surveys.codes.naming import Which, read_positions
from surveys.codes.voiding import Place, reissue_slips, void_slips
from surveys.groups import SCHOOL_GROUPS
from surveys.kits import Part, read_kit, read_reissued, record_print
from surveys.reports.kit import zip_kits
from surveys.trail import AT_THE_SHELL

codes = AppGroup("codes", help="Codes: posters for a school x group, slips for one use.")


def _split(_context: click.Context, _option: click.Parameter, given: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in given.split(","))


GROUP = click.option("--group", help="Only this group, such as parent.")
SCHOOL = click.option("--school", help="Only this school (its code).")
LANGUAGES = click.option(
    "--languages",
    default=",".join(BOTH),
    show_default=True,
    callback=_split,
    help="zh-CN, or zh-CN and a second one that the campaign's title and organiser have.",
)


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
    if personal is not None and school is None and group in SCHOOL_GROUPS:
        raise click.UsageError(_("“%(group)s”是学校里的对象，还需要 --school", group=word(GROUPS, group)))
    app = here()
    secret, today, draw = app.settings.secret, app.today(), app.draw
    people = given = 0
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        if personal is None:
            issued = issue_open(
                session, campaign_id=campaign.id, secret=secret, today=today, draw=draw, now=app.clock()
            )
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
                now=app.clock(),
            )
            people, given = count_crowd(session, campaign_id=campaign.id, group=group or "", school=school)
        if issued:
            tell(session, "codes.added", campaign_id=campaign.id, count=issued, group=group, school=school)
    click.echo(_("新发放 %(count)s 个答题码。", count=issued))
    if given > people:
        click.echo(_("! 这里只有 %(people)s 人，已有 %(codes)s 个个人码。", people=people, codes=given))


@codes.command("print")
@click.argument("name", metavar="ID")
@click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="FILE.pdf, or FILE.zip by school.")
@click.option("--kind", type=click.Choice(["open", "personal"]), help="Only posters, or only slips.")
@GROUP
@SCHOOL
@click.option("--reissued", type=int, metavar="N", help="Only those that were issued in place of voided ones.")
@LANGUAGES
@at_edge
def print_codes(
    name: str,
    file: Path,
    kind: str | None,
    group: str | None,
    school: str | None,
    reissued: int | None,
    languages: tuple[str, ...],
) -> None:
    """Print the codes of campaign ID on A4: a cover sheet to sign, labels for envelopes, posters and cut-out slips.

    A ZIP holds a PDF for each school, and one for what is not a school's.
    """
    _check_ending(file)
    app = here()
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        keys: dict[str, Any] = {"campaign_id": campaign.id, "secret": app.settings.secret}
        kit = (
            read_kit(session, part=Part(kind, group, school), **keys)
            if reissued is None
            else read_reissued(session, number=reissued, **keys)
        )
    _write(lay_out(campaign, kit, languages), file)
    with app.database.begin() as session:
        record_print(session, campaign_id=campaign.id, kit=kit, now=app.clock(), by=AT_THE_SHELL)
    if kit.before:
        click.echo(printed_before(kit.before), err=True)
    _tell_address(campaign)


def _check_ending(file: Path) -> None:
    if file.suffix.lower() not in (".pdf", ".zip"):
        raise click.UsageError(_("--out 应为 .pdf 或 .zip 文件：%(file)s", file=file.name))


def _write(printable: Printable, file: Path) -> None:
    """One PDF; or school by school, with a bar that moves."""
    if file.suffix.lower() != ".zip":
        write_file(file, printable.pdf())
        return
    kits = printable.by_school()
    with click.progressbar(kits, label=_("正在排版 %(count)s 份", count=len(kits)), file=sys.stderr) as bar:
        write_parts(file, zip_kits(bar))


def _tell_address(campaign: campaigns.CampaignView) -> None:
    base_url = here().settings.base_url
    click.echo(_("印在上面的网址以 %(base)s 开头。", base=base_url))
    if not campaign.simulated and urlsplit(base_url).hostname in ("127.0.0.1", "localhost"):
        click.echo(_("手机打不开这个网址！先用 RENKE_BASE_URL 说明本系统对外的网址，再印一次。"), err=True)


@codes.command("void")
@click.argument("name", metavar="ID")
@click.option("--code", "typed", multiple=True, metavar="C", help="A code as it is printed; may be given often.")
@click.option("--file", "listed", type=click.Path(path_type=Path), help="A file of codes, one a line.")
@GROUP
@SCHOOL
@click.option("--positions", help="Slips of the group by sheet, such as 11-20,35.")
@click.option("--unused", is_flag=True, help="All slips of the group that nobody has used.")
@click.option("--poster", is_flag=True, help="The poster of the group.")
@click.option("--reason", required=True, help="Why; it is kept in the trail.")
@click.option(
    "--reissue", is_flag=True, help="Issue as many new ones for the same places, and print them; needs --out."
)
@click.option("--out", "file", type=click.Path(path_type=Path), help="FILE.pdf")
@LANGUAGES
@at_edge
def void(
    name: str, reason: str, *, reissue: bool, file: Path | None, languages: tuple[str, ...], **wanted: Any
) -> None:
    """Void codes of campaign ID that were lost, leaked or left over: all that are named, or none.

    Codes that were used cannot be voided. The trail keeps who did it, why, and how many; never which.
    """
    if reissue != (file is not None):
        raise click.UsageError(_("--reissue 和 --out 要一起用"))
    if file is not None:
        _check_ending(file)
    which, app = _which(**wanted), here()
    deed: dict[str, Any] = {"which": which, "reason": reason, "now": app.clock(), "by": AT_THE_SHELL}
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        deed |= {"campaign_id": campaign.id, "secret": app.settings.secret, "today": app.today()}
        if file is None:
            places, number = void_slips(session, **deed), None
        else:
            done = reissue_slips(session, draw=app.draw, **deed)
            places, number = done.places, done.number
            _print_reissued(session, campaign, done.number, file, languages)
    _tell_voided(places, number)
    if number is not None:
        _tell_address(campaign)


def _tell_voided(places: Sequence[Place], number: int | None) -> None:
    """How many; and of new ones, where those are that no kit has."""
    count, keyed = sum(place.count for place in places), sum(place.keyed for place in places)
    click.echo(_("已作废 %(count)s 个答题码。", count=count))
    if keyed:
        click.echo(_("其中 %(count)s 份纸质问卷已录入的内容也已丢弃。", count=keyed))
    if number is None:
        return
    click.echo(
        _("已补发 %(count)s 个，编号 %(number)s；可以用 codes print --reissued 再印。", count=count, number=number)
    )
    ways = {place.way for place in places}
    if "paper" in ways:
        click.echo(_("补发的纸质问卷不在这份 PDF 里：用 paper print --again 打印。"))
    if "sms" in ways:
        click.echo(_("补发的短信链接不在这份 PDF 里：用 codes sms --again 导出。"))


def _print_reissued(
    session: Any, campaign: campaigns.CampaignView, number: int, file: Path, languages: tuple[str, ...]
) -> None:
    """Before the new codes are issued for good: a file that cannot be written voids and issues nothing."""
    app = here()
    kit = read_reissued(session, campaign_id=campaign.id, secret=app.settings.secret, number=number)
    if not kit.slips:
        return
    _write(lay_out(campaign, kit, languages), file)
    record_print(session, campaign_id=campaign.id, kit=kit, now=app.clock(), by=AT_THE_SHELL)


def _which(
    *,
    typed: tuple[str, ...],
    listed: Path | None,
    group: str | None,
    school: str | None,
    positions: str | None,
    unused: bool,
    poster: bool,
) -> Which:
    lines = [*typed, *(read_file(listed).decode("utf-8-sig", "replace").splitlines() if listed else ())]
    if lines and group is not None:
        raise click.UsageError(_("--code、--file 和 --group 不能一起用"))
    return Which(lines, group, school, read_positions(positions or ""), unused=unused, poster=poster)
