"""`flask evidence …` and `flask exclusions …`: was it answered honestly, and what follows."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from app.cli.edge import at_edge, table
from app.edge import here
from app.evidence import EvidenceBoard, SchoolFindings, findings_of, lay_out_evidence
from app.i18n import in_language, local_time
from app.notices import notice_lines
from app.words import GROUPS, who, word
from surveys import honesty
from surveys.campaigns import get_campaign
from surveys.errors import SurveyError
from surveys.honesty import EvidenceView, ExclusionView
from surveys.trail import AT_THE_SHELL

evidence = AppGroup("evidence", help="Signs of carelessness and arrangement: evidence, not verdicts.")
exclusions = AppGroup("exclusions", help="Rules that take flagged answers out of the score.")
REASON = click.option("--reason", required=True, help="Who agreed on it, and on what grounds; 10 to 1000 characters.")


@evidence.command("look")
@click.argument("name", metavar="ID")
@at_edge
def look(name: str) -> None:
    """Look at all answers of campaign ID, which is closed, and keep what is seen; a second for a thousand forms."""
    with here().database.read() as session:
        sight = honesty.look(session, name=name, now=here().clock())
    with here().database.begin() as session:
        made = honesty.keep(session, sight=sight, now=here().clock(), by=AT_THE_SHELL)
    click.echo(_text(made))


@evidence.command("show")
@click.argument("name", metavar="ID")
@click.option("--school", metavar="CODE", help="Everything that was looked at in one school.")
@at_edge
def show(name: str, school: str | None) -> None:
    """Show what was seen last in campaign ID."""
    with here().database.read() as session:
        found = get_campaign(session, name=name, now=here().clock())
        run = honesty.find_evidence(session, campaign_id=found.id, name=name)
    if run is None:
        raise SurveyError("evidence.none", "missing", name=name)
    click.echo(_text(run) if school is None else _of_school(run, school))


@exclusions.command("rules")
@at_edge
def rules() -> None:
    """The rules that can be decided on, the mildest first."""
    for rule in honesty.library_rules():
        click.echo(f"{rule.name}  {in_language(rule.title)}\n  {in_language(rule.explanation)}")


@exclusions.command("decide")
@click.argument("name", metavar="ID")
@click.argument("rule", metavar="RULE")
@REASON
@at_edge
def decide(name: str, rule: str, reason: str) -> None:
    """Leave the answers that RULE flags out of the score of campaign ID; only before any score was seen."""
    with here().database.begin() as session:
        made = honesty.decide(session, campaign=name, rule=rule, reason=reason, now=here().clock(), by=AT_THE_SHELL)
    click.echo(_line(made))


@exclusions.command("withdraw")
@click.argument("name", metavar="ID")
@click.argument("number", metavar="N", type=int)
@REASON
@at_edge
def withdraw(name: str, number: int, reason: str) -> None:
    """Take decision N of campaign ID back, until it is sealed."""
    with here().database.begin() as session:
        made = honesty.withdraw(
            session, campaign=name, number=number, reason=reason, now=here().clock(), by=AT_THE_SHELL
        )
    click.echo(_line(made))


@exclusions.command("list")
@click.argument("name", metavar="ID")
@at_edge
def list_all(name: str) -> None:
    """Every decision about campaign ID, those that were withdrawn among them."""
    with here().database.read() as session:
        found = get_campaign(session, name=name, now=here().clock())
        made = honesty.list_exclusions(session, campaign_id=found.id)
    click.echo("\n".join(_line(each) for each in made) or _("没有决定任何规则：得分按全部答卷计算。"))


def _text(run: EvidenceView) -> str:
    board = lay_out_evidence(run)
    head = _("第 %(number)s 次查看，%(when)s；能够判断的学校 %(schools)s 所。这里是证据，不是结论，请先核实。",
             number=run.number, when=local_time(run.made_at), schools=board.judged)  # fmt: skip
    lines = [head, *(f"! {line}" for line in dict.fromkeys(notice_lines(run.result["notices"])))]
    lines += ["", _("情况异常，请核实"), *(_school(each) for each in board.unusual)]
    if not board.judged:
        lines.append(_("答卷太少，没有一所学校能判断。"))
    elif not board.unusual:
        lines.append(
            _("没有一所学校同时出现两类以上互不相干的迹象。没有看到，不等于没有：在家里教、只教一部分人，留不下痕迹。")
        )
    return "\n".join([*lines, "", _groups(board), "", _signs(board)])


def _groups(board: EvidenceBoard) -> str:
    head = (_("调查对象"), _("答卷"), _("带有确证"), _("可考虑剔除"), _("说有人教怎么选"), _("手机再次作答"))
    rows: list[tuple[object, ...]] = [head]
    for each in board.groups:
        rows.append((word(GROUPS, each.group), each.forms, each.certain, each.candidates, each.told, each.repeats))
    return table(rows)


def _signs(board: EvidenceBoard) -> str:
    rows: list[tuple[object, ...]] = [(_("迹象"), _("界限"), _("算作"), _("诚实者误中"))]
    for each in (*board.rules, *board.form_signs, *board.school_signs):
        rows.append((each.title, each.limit, each.kind, each.alarm))
    return table(rows)


def _of_school(run: EvidenceView, school: str) -> str:
    found = findings_of(run, school)
    if not found:
        raise SurveyError("evidence.unknown_school", "missing", school=school)
    return "\n".join(_school(each) for each in found)


def _school(found: SchoolFindings) -> str:
    lines = [f"{found.code}  {word(GROUPS, found.group)}  {_('%(count)s 份答卷', count=found.forms)}"]
    for each in found.findings:
        lines.append(f"  {each.title}" + (f"（{_('也可能：')}{each.innocent}）" if each.innocent else ""))
        lines += [f"    {line}" for line in each.figures]
    return "\n".join(lines)


def _line(made: ExclusionView) -> str:
    line: str = _("%(number)s  %(rule)s  %(when)s %(who)s：%(reason)s", number=made.number, rule=made.rule,
             when=local_time(made.decided_at), who=who(made.decided_by), reason=made.reason)  # fmt: skip
    if made.withdrawn_at is None:
        return line
    withdrawn: str = _("已撤回  %(when)s %(who)s：%(reason)s", when=local_time(made.withdrawn_at),
                       who=who(made.withdrawn_by or ""), reason=made.withdrawn_reason)  # fmt: skip
    return f"{line}\n   {withdrawn}"
