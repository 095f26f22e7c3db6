"""`flask publication …`: what may be shown, by which rule."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, table
from app.deeds import EVERYWHERE, tell
from app.edge import here
from app.i18n import in_language
from app.numbers import percent
from app.words import GROUPS, word
from surveys.campaigns import get_campaign
from surveys.disclosure.rule import PublicationRule
from surveys.disclosure.versions import get_rule, list_rules, publish_rule
from surveys.publication.choosing import choose_rule
from surveys.trail import AT_THE_SHELL

publication = AppGroup("publication", help="What may be shown of few people and few answers.")


@publication.command("rules")
@at_edge
def show_rules() -> None:
    """The rules of the library, and those published here."""
    with here().database.read() as session:
        found = list_rules(session)
    rows: list[tuple[object, ...]] = [(each.reference, in_language(each.title)) for each in found]
    click.echo(table([(_("规则"), _("名称")), *rows]))


@publication.command("show")
@click.argument("name", metavar="NAME[@N]")
@at_edge
def show_rule(name: str) -> None:
    """What a rule says."""
    with here().database.read() as session:
        rule = get_rule(session, reference=name)
    click.echo("\n".join([f"{rule.reference}  {in_language(rule.title)}", *_lines(rule), in_language(rule.source)]))


@publication.command("publish")
@click.argument("file", type=click.Path(path_type=Path))
@at_edge
def publish_own_rule(file: Path) -> None:
    """Publish FILE as the next version of its rule."""
    with here().database.begin() as session:
        made = publish_rule(session, content=read_file(file), now=here().clock()).rule
        tell(session, "publication_rule.published", name=made.name, number=made.number, region=EVERYWHERE)
    click.echo(_("已发布 %(name)s 第 %(number)s 版", name=made.name, number=made.number))


@publication.command("set")
@click.argument("campaign", metavar="ID")
@click.argument("name", metavar="NAME[@N]")
@at_edge
def set_rule(campaign: str, name: str) -> None:
    """Let campaign ID go by a rule."""
    now = here().clock()
    with here().database.begin() as session:
        found = get_campaign(session, name=campaign, now=now)
        rule = choose_rule(session, campaign_id=found.id, reference=name, now=now, by=AT_THE_SHELL)
    click.echo(_("调查批次 %(campaign)s 现在按发布规则 %(rule)s 公布", campaign=campaign, rule=rule.reference))


def _lines(rule: PublicationRule) -> list[str]:
    below = {"caveat": _("注明"), "block": _("不公布")}
    detail = {"groups": _("各校的合计和各类对象"), "totals": _("各校的合计"), "none": _("不公布任何学校")}
    lines = [
        _("少于 %(people)s 人不公布", people=rule.smallest),
        _("应答率低于 %(rate)s 时%(below)s", rate=percent(rule.least_rate, 0), below=below[rule.below]),
        _("学校：%(detail)s", detail=detail[rule.detail]),
        _("少于 %(people)s 人的得分取整，其余保留 %(decimals)s 位小数",
          people=rule.whole_below, decimals=rule.decimals),
        _("回答不同的人少于 %(people)s 人时，只公布一个界限", people=rule.fewest),
    ]  # fmt: skip
    if rule.withhold:
        lines.insert(3, _("只公布到县：%(groups)s", groups=_("、").join(word(GROUPS, each) for each in rule.withhold)))
    return lines
