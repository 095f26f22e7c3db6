"""`flask score ID`: the weighted score with its uncertainty."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, table
from app.edge import here
from app.evidence import list_cuts, set_side_by_side
from app.i18n import current_language, local_time
from app.notices import notice_lines
from app.numbers import fixed
from app.statements import statements
from app.studies import missing_kinds
from app.weights import weights_line
from app.words import DIMENSIONS, GROUPS, VERDICTS
from surveys import evaluations
from surveys.evaluations import EvaluationView, Preview
from surveys.publication import find_publication

Numbers = Mapping[str, Any]
DECIMALS = 2  # of what is not published, whatever the scorecard says


@click.command("score")
@click.argument("name", metavar="ID")
@click.option("--scorecard", help="Another scorecard than the campaign's: NAME or NAME@NUMBER.")
@click.option(
    "--weighting",
    type=click.Choice(evaluations.WEIGHTINGS),
    help="What weights follow from; the design where the plan was drawn, otherwise the frame.",
)
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=evaluations.LEVEL, show_default=True)
@click.option("--preview", is_flag=True, help="At once, from the counts of `flask responses count`; nothing is kept.")
@click.option("--json", "as_json", is_flag=True, help="Everything, unrounded, as JSON.")
@at_edge
def score(
    name: str,
    scorecard: str | None,
    weighting: evaluations.Weighting | None,
    level: float,
    preview: bool,
    as_json: bool,
) -> None:
    """Score campaign ID and keep the evaluation."""
    find = _preview if preview else _evaluate
    numbers, text = find(name=name, now=here().clock(), scorecard=scorecard, weighting=weighting, level=level)
    click.echo(json.dumps(numbers, ensure_ascii=False, indent=2) if as_json else text)


def _evaluate(**wanted: Any) -> tuple[dict[str, Any], str]:
    with here().database.begin() as session:
        made = evaluations.evaluate(session, **wanted)
    return plain(made), "\n".join([_text(made), *_to_study(made)])


def _to_study(made: EvaluationView) -> list[str]:
    """What to run next: a score has no studies yet, one that does not count never will."""
    with here().database.read() as session:
        published = find_publication(session, name=made.campaign, now=here().clock(), number=made.number)
    missing = () if published is None else missing_kinds(published)
    return ["", _("还没有分析，请运行 flask studies make %(name)s", name=made.campaign)] if missing else []


def _preview(**wanted: Any) -> tuple[dict[str, Any], str]:
    with here().database.begin() as session:  # a scorecard of the library is published when it is first asked for
        found = evaluations.preview(session, **wanted)
    return plain_preview(found), _preview_text(found)


def plain(made: EvaluationView) -> dict[str, Any]:
    """An evaluation as JSON."""
    return {
        "campaign": made.campaign,
        "evaluation": made.number,
        "scorecard": f"{made.scorecard}@{made.scorecard_number}",
        "made_at": made.made_at.isoformat(),
        "provisional": made.provisional,
        "responses": made.responses,
        "recipe": dict(made.recipe),
        **made.result,
    }


def plain_preview(found: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    before = found.stamp.before
    return {
        "campaign": found.campaign,
        "preview": True,
        "scorecard": f"{found.scorecard}@{found.scorecard_number}",
        "counted_at": found.stamp.counted_at.isoformat(),
        "counted_before": None if before is None else before.isoformat(),
        "provisional": found.provisional,
        "responses": found.stamp.responses,
        "stored": found.stored,
        "stale": found.stale,
        **found.result,
    }


def _text(made: EvaluationView) -> str:
    about = _("计分方案 %(name)s，第 %(number)s 次测评，%(count)s 份答卷，%(when)s",
              name=f"{made.scorecard}@{made.scorecard_number}", number=made.number, count=made.responses,
              when=local_time(made.made_at))  # fmt: skip
    warning = [_("【暂定】调查尚未结束，以下数字不能作为结论。")] if made.provisional else []
    return "\n".join([*warning, *_lines(made.result, about)])


def _preview_text(found: Preview) -> str:
    about = _("计分方案 %(name)s，按 %(when)s 的统计，%(count)s 份答卷（现有 %(stored)s 份）",
              name=f"{found.scorecard}@{found.scorecard_number}", when=local_time(found.stamp.counted_at),
              count=found.stamp.responses, stored=found.stored)  # fmt: skip
    warning = _("【预览】由答案计数得出，没有保存，不能作为结论。正式计分请去掉 --preview。")
    return "\n".join([warning, *_lines(found.result, about)])


def _lines(result: Numbers, about: str) -> list[str]:
    threshold = f"{result['comparison']} {result['threshold']:g}"
    lines = [
        _("%(verdict)s：综合得分 %(score)s（门槛 %(threshold)s）", verdict=VERDICTS[result["verdict"]],
          score=_interval(result["composite"], result["decimals"]), threshold=threshold),
        _("全部答卷合并计算：%(score)s", score=_interval(result["pooled"], result["decimals"])),
        about,
        weights_line(result.get("weights")),
    ]  # fmt: skip
    lines += [line for line in (set_side_by_side(result), *list_cuts(result, current_language())) if line]
    lines += [f"! {line}" for line in notice_lines(result["notices"])]
    lines += ["", *(f"{each.question}\n  {each.figure}  {each.basis}" for each in statements(result))]
    groups: list[tuple[object, ...]] = [(_("调查对象"), _("答卷"), _("得分"), *_heads())]
    for each in result["groups"]:
        groups.append((GROUPS.get(each["group"], each["group"]), each["responses"], *_cells(each)))
    dimensions: list[tuple[object, ...]] = [(_("维度"), "", _("得分"), *_heads())]
    whole = {each["dimension"]: each for each in result["dimensions"] if each["group"] is None}
    dimensions += [(DIMENSIONS[name], "", *_cells(whole[name])) for name in DIMENSIONS if name in whole]
    return [*lines, "", table(groups), "", table(dimensions)]


def _heads() -> tuple[str, ...]:
    return (_("区间下限"), _("区间上限"), _("标准误"), "n", _("有效 n"))


def _cells(numbers: Numbers) -> tuple[str, ...]:
    keys = ("value", "low", "high", "se", "n_eff")
    value, low, high, error, effective = (fixed(numbers[key], DECIMALS) for key in keys)
    return (value, low, high, error, str(numbers["n"]), effective)


def _interval(numbers: Numbers, decimals: int) -> str:
    value, low, high = (fixed(numbers[key], decimals) for key in ("value", "low", "high"))
    return value if numbers["low"] is None else f"{value} [{low}, {high}; {numbers['level']:.0%}]"
