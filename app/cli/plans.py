"""`flask plan …`: how many people a rule asks, of which group, at which school."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, read_file, table
from app.deeds import EVERYWHERE, tell
from app.edge import here
from app.i18n import in_language, local_time
from app.notices import notice_lines
from app.numbers import NOTHING, count, fixed, percent
from app.plans import Block, Figure, draws_some, lay_out_plan, points
from app.words import GROUPS, word
from surveys import plans
from surveys.campaigns import get_campaign
from surveys.plans import Given, PlanView, Proposal
from surveys.plans.model import StratumLine
from surveys.sampling.parsing import parse_rule
from surveys.sampling.versions import list_rules, publish_rule
from surveys.trail import AT_THE_SHELL

plan = AppGroup("plan", help="Who is asked: the rule, its quotas, the draw.")
rule = AppGroup("rule", help="Sampling rules as data.")
plan.add_command(rule)
FILE = click.argument("file", type=click.Path(path_type=Path))
GIVEN = (
    click.option("--residents", type=int, help="Residents of the county, where it does not know them or others count."),
    click.option("--urban", type=int, help="Of them in urban places; with --town and --rural."),
    click.option("--town", type=int, help="Of them in towns."),
    click.option("--rural", type=int, help="Of them in the country."),
    click.option("--deff", type=float, help="Assumed design effect."),
    click.option("--earlier", metavar="ID", help="Take the design effects of this earlier campaign."),
)


def given_beside(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a rule is given beside the frame."""
    for option in reversed(GIVEN):
        command = option(command)
    return command


@plan.command("rules")
@at_edge
def show_rules() -> None:
    """The rules of the library, and those published here."""
    with here().database.read() as session:
        found = list_rules(session)
    rows: list[tuple[object, ...]] = [(each.name, in_language(each.title)) for each in found]
    click.echo(table([(_("规则"), _("名称")), *rows]))


@rule.command("check")
@FILE
@at_edge
def check_rule(file: Path) -> None:
    """Check FILE and list every problem."""
    click.echo(_("没有问题：%(name)s", name=parse_rule(read_file(file)).name))


@rule.command("publish")
@FILE
@at_edge
def publish_own_rule(file: Path) -> None:
    """Publish FILE as the next version of its rule."""
    with here().database.begin() as session:
        made = publish_rule(session, content=read_file(file), now=here().clock())
        tell(session, "sampling_rule.published", name=made.name, number=made.number, region=EVERYWHERE)
    click.echo(_("已发布 %(name)s 第 %(number)s 版", name=made.name, number=made.number))


@plan.command("show")
@click.argument("name", metavar="ID")
@click.option("--rule", "reference", help="What this rule would ask: NAME or NAME@NUMBER. Nothing is written.")
@given_beside
@at_edge
def show_plan(name: str, reference: str | None, **given: Any) -> None:
    """The plan of campaign ID, or with --rule what a rule would make of it."""
    now = here().clock()
    if reference is None and any(value is not None for value in given.values()):
        raise click.UsageError(_("这些选项要与 --rule 一起用"))
    with here().database.read() as session:
        campaign = get_campaign(session, name=name, now=now)
        if reference is None:
            made = plans.get_plan_view(session, campaign_id=campaign.id)
            click.echo(_made_text(made))
            return
        proposal = plans.propose(session, campaign_id=campaign.id, reference=reference, given=_given(**given), now=now)
    click.echo("\n".join([_("【试算】没有写入任何内容。"), *_lines(proposal)]))


@plan.command("make")
@click.argument("name", metavar="ID")
@click.option("--rule", "reference", required=True, help="NAME or NAME@NUMBER; see `flask plan rules`.")
@given_beside
@at_edge
def make_plan(name: str, reference: str, **given: Any) -> None:
    """Make what a rule asks the plan of campaign ID."""
    now = here().clock()
    with here().database.begin() as session:
        campaign = get_campaign(session, name=name, now=now)
        made = plans.make_plan(
            session, campaign_id=campaign.id, reference=reference, given=_given(**given), now=now, by=AT_THE_SHELL
        )
    click.echo(_made_text(made))


def _given(
    residents: int | None,
    urban: int | None,
    town: int | None,
    rural: int | None,
    deff: float | None,
    earlier: str | None,
) -> Given:
    localities = {"urban": urban, "town": town, "rural": rural}
    known = {place: number for place, number in localities.items() if number is not None}
    return Given(residents, known, deff, earlier)


def _made_text(made: PlanView) -> str:
    drawn = _("，%(when)s 抽定", when=local_time(made.drawn_at)) if made.drawn_at else ""
    about = _("抽样方案第 %(number)s 版，%(when)s 制定%(drawn)s", number=made.number, when=local_time(made.made_at),
              drawn=drawn)  # fmt: skip
    return "\n".join([about, *_lines(made.proposal)])


def _lines(proposal: Proposal) -> list[str]:
    name = f"{proposal.rule.name}@{proposal.rule_number}"
    lines = [_("规则 %(name)s：%(title)s", name=name, title=in_language(proposal.rule.title))]
    if proposal.residents is not None:
        lines.append(_("常住人口 %(residents)s 人", residents=count(proposal.residents)))
    lines += [_buys(proposal), *(f"! {line}" for line in notice_lines(_plain(proposal)))]
    if draws_some(proposal):
        lines.append(_("只抽一部分学校：各校的名额是抽中以后的名额。"))
    return [*lines, "", table(_group_rows(proposal)), "", table(_school_rows(proposal))]


def _plain(proposal: Proposal) -> list[dict[str, Any]]:
    return [{"code": notice.code, "params": notice.params} for notice in proposal.notices]


def _buys(proposal: Proposal) -> str:
    width = _("综合得分的 95%% 区间大约 %(width)s 点", width=points(proposal.half_width))
    if proposal.shows is None:
        return str(width)
    share, line = percent(proposal.shows), percent(proposal.line, 0)
    shows = _("；真实水平至少 %(share)s，才有八成把握判为达标（%(line)s）", share=share, line=line)
    return f"{width}{shows}"


def _group_rows(proposal: Proposal) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (_("调查对象"), _("人数"), _("应收"), _("名额"), _("缺额"), _("邀请"), _("设计效应"), _("区间半宽（点）"))
    ]
    for line in proposal.groups:
        numbers = (line.population, line.asked, line.quota, line.shortfall or NOTHING, line.invited)
        rows.append((word(GROUPS, line.group), *numbers, fixed(line.deff, 2), points(line.half_width)))
    sums = [sum(getattr(line, name) for line in proposal.groups) for name in ("asked", "quota", "shortfall", "invited")]
    rows.append((_("合计"), "", *sums, "", points(proposal.half_width)))
    return rows


def _school_rows(proposal: Proposal) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (_("层和学校"), _("代码"), *(word(GROUPS, line.group) for line in proposal.groups))
    ]
    for block in lay_out_plan(proposal):
        rows.append((_title(block), "", *(_sum(line) for line in block.lines)))
        if block.schools:
            rows += [(f"  {row.name}", row.code, *map(_quota, row.figures)) for row in block.rows]
    return rows


def _title(block: Block) -> str:
    if not block.schools:
        return block.title
    if block.drawn < block.schools:
        some = _("（%(schools)s 所抽 %(drawn)s 所）", schools=block.schools, drawn=block.drawn)
        return f"{block.title} {some}"
    every = _("（%(schools)s 所）", schools=block.schools)
    return f"{block.title} {every}"


def _sum(line: StratumLine | None) -> str:
    if line is None:
        return ""
    lacking = _("（缺 %(count)s）", count=line.shortfall) if line.shortfall else ""
    return f"{line.quota}{lacking}"


def _quota(figure: Figure | None) -> str:
    if figure is None:
        return ""
    bands = " ".join(f"{band}:{quota}" for band, quota in figure.bands)
    return f"{figure.quota}" + (f" ({bands})" if bands else "")
