"""Other ways in: `flask codes sms` and `texts`, and `flask paper …`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.codes import GROUP, SCHOOL, codes
from app.cli.edge import at_edge, check_writable, read_file, table, write_file
from app.edge import here
from app.paper import print_forms, print_specimens
from app.sending import closing_day, messages_file, period_of, texts_document, texts_file
from app.spreadsheets import write_csv
from app.words import GROUPS
from surveys import campaigns
from surveys import paper as forms
from surveys.campaigns import Paper
from surveys.codes.sending import export_messages, list_announcements
from surveys.trail import AT_THE_SHELL

paper = AppGroup("paper", help="Paper forms: printing, keying twice, differences.")
OUT = click.option("--out", "file", type=click.Path(path_type=Path), required=True, help="The file to write.")
PAPER = click.option("--paper", "instrument", help="Which questionnaire, where the group has several.")


# Messages and chat groups


@codes.command("sms")
@click.argument("name", metavar="ID")
@GROUP
@SCHOOL
@click.option("--count", type=click.IntRange(1, 100_000), help="Issue this many fresh codes; needs --group.")
@click.option("--again", is_flag=True, help="Instead: the codes that are still unused, once more.")
@OUT
@at_edge
def sms(name: str, group: str | None, school: str | None, count: int | None, again: bool, file: Path) -> None:
    """Personal links of campaign ID for an SMS gateway, as CSV. No numbers are kept: join them by the serial."""
    if again == (count is not None):
        raise click.UsageError(_("--count 和 --again 要写一个，且只写一个"))
    if count is not None and group is None:
        raise click.UsageError(_("--count 需要 --group"))
    app = here()
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        messages = export_messages(
            session,
            campaign=campaign,
            group=group,
            school=school,
            count=count,
            base_url=app.settings.base_url,
            closes=closing_day(campaign),
            secret=app.settings.secret,
            now=app.clock(),
            today=app.today(),
            draw=app.draw,
            by=AT_THE_SHELL,
        )
        write_file(file, messages_file(messages))  # a file that cannot be written issues nothing
    long = sum(each.parts > 1 for each in messages)
    click.echo(_("%(count)s 条链接；短信超过 70 个字的有 %(long)s 条。", count=len(messages), long=long))


@codes.command("texts")
@click.argument("name", metavar="ID")
@SCHOOL
@OUT
@at_edge
def texts(name: str, school: str | None, file: Path) -> None:
    """Texts of campaign ID for class groups, one for each open code: CSV, or plain text where FILE ends in .txt."""
    app = here()
    with app.database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        found = list_announcements(
            session,
            campaign=campaign,
            school=school,
            base_url=app.settings.base_url,
            period=period_of(campaign),
            secret=app.settings.secret,
        )
    if not found:
        raise click.ClickException(_("还没有公开码。先运行 flask codes issue %(name)s", name=name))
    write_file(file, texts_document(found) if file.suffix == ".txt" else texts_file(found))


# Forms


@paper.command("print")
@click.argument("name", metavar="ID")
@GROUP
@SCHOOL
@click.option("--count", type=click.IntRange(1, forms.MOST_FORMS), help="Print this many forms with fresh codes.")
@click.option("--again", is_flag=True, help="Instead: the forms whose codes are still unused, once more.")
@click.option("--specimen", is_flag=True, help="Instead: a form without a code for each questionnaire.")
@PAPER
@click.option("--large", is_flag=True, help="Large type.")
@OUT
@at_edge
def print_paper(
    name: str,
    group: str | None,
    school: str | None,
    count: int | None,
    again: bool,
    specimen: bool,
    instrument: str | None,
    large: bool,
    file: Path,
) -> None:
    """Print paper forms of campaign ID as an A4 PDF, each with a code of its own."""
    if sum((count is not None, again, specimen)) != 1:
        raise click.UsageError(_("--count、--again 和 --specimen 要写一个，且只写一个"))
    if specimen:
        _print_specimens(name, group, instrument, large, file)
        return
    if group is None:
        raise click.UsageError(_("打印问卷需要 --group"))
    check_writable(file)
    app = here()
    with app.database.begin() as session:
        campaign = campaigns.get_campaign(session, name=name, now=app.clock())
        printed = forms.print_forms(
            session,
            campaign=campaign,
            group=group,
            school=school,
            paper=instrument,
            count=count,
            secret=app.settings.secret,
            now=app.clock(),
            today=app.today(),
            draw=app.draw,
            by=AT_THE_SHELL,
        )
    write_file(file, print_forms(campaign, printed, large=large))  # takes long: nobody who answers may wait for it
    first, last = printed.codes[0].position, printed.codes[-1].position
    click.echo(_("%(count)s 份问卷，第 %(first)s–%(last)s 号。", count=len(printed.codes), first=first, last=last))


def _print_specimens(name: str, group: str | None, instrument: str | None, large: bool, file: Path) -> None:
    with here().database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=here().clock())
        papers = campaigns.papers_of(session, campaign_id=campaign.id)
    shown = forms.papers_to_show(papers, group, instrument)
    write_file(file, print_specimens(campaign, shown, large=large))


@paper.command("template")
@click.argument("name", metavar="ID")
@click.option("--group", required=True, help="The group that answers it, such as parent.")
@PAPER
@OUT
@at_edge
def template(name: str, group: str, instrument: str | None, file: Path) -> None:
    """The columns of a file for `flask paper import`: the code of the form, a column for each question, the comment."""
    with here().database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=here().clock())
        papers = campaigns.papers_of(session, campaign_id=campaign.id, group=group)
    chosen = _only(forms.papers_to_show(papers, group, instrument), papers)
    write_file(file, write_csv(forms.columns_of(chosen), []))


def _only(fitting: Sequence[Paper], papers: Sequence[Paper]) -> Paper:
    if len(fitting) != 1:
        expected = ", ".join(each.instrument.name for each in papers)
        raise click.UsageError(_("用 --paper 说明是哪份问卷：%(expected)s", expected=expected))
    return fitting[0]


@paper.command("import")
@click.argument("name", metavar="ID")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keying", "nth", type=click.Choice(["1", "2"]), required=True, help="The first or the second keying.")
@click.option("--by", default=AT_THE_SHELL, help="Who keyed it; the same name cannot key a form twice.")
@at_edge
def import_paper(name: str, file: Path, nth: str, by: str) -> None:
    """Take in a keying of campaign ID from FILE (CSV or XLSX); a file that comes again changes nothing."""
    app, content = here(), read_file(file)
    with app.database.begin() as session:
        report = forms.import_keyings(
            session,
            campaign=campaigns.get_campaign(session, name=name, now=app.clock()),
            content=content,
            filename=file.name,
            nth=int(nth),
            by=by,
            secret=app.settings.secret,
            now=app.clock(),
            today=app.today(),
        )
    rows = (
        (_("行"), report.rows),
        (_("新录入"), report.fresh),
        (_("以前已录入"), report.repeated),
        (_("两遍一致，已存为答卷"), report.stored),
        (_("两遍不一致，待核对"), report.different),
    )
    click.echo(table(list(rows)))
    if report.used:
        listed = ", ".join(map(str, report.used))
        click.echo(_("这些行的答题码已用手机答过，纸质的不再录入：%(rows)s", rows=listed), err=True)


@paper.command("differences")
@click.argument("name", metavar="ID")
@at_edge
def differences(name: str) -> None:
    """The forms of campaign ID that wait: for their second keying, or for their differences to be settled."""
    with here().database.read() as session:
        campaign = campaigns.get_campaign(session, name=name, now=here().clock())
        waiting = forms.list_pending(session, campaign=campaign)
    if not waiting:
        click.echo(_("没有等待的纸质问卷。"))
        return
    head = (_("学校"), _("调查对象"), _("序号"), _("录入人"), _("不一致"))
    click.echo(table([head, *(_waiting(each) for each in waiting)]))


def _waiting(form: forms.Pending) -> tuple[object, ...]:
    place = (form.school_name or _("全县"), GROUPS.get(form.group, form.group))
    state = form.differences if form.state == "different" else _("等第二遍录入")
    return (*place, form.serial, ", ".join(form.keyed_by), state)
