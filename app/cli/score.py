"""`flask score ID`: the weighted score with its uncertainty."""

from __future__ import annotations

import json
from typing import Any

import click
from flask_babel import gettext as _

from app.cli.edge import at_edge, table
from app.edge import here
from app.evidence import list_cuts, set_side_by_side
from app.i18n import current_language, local_time
from app.marks import HIDDEN
from app.notices import notice_lines
from app.numbers import NOTHING
from app.publication import cells_of, interval_words, plain
from app.rates import rate_head, rate_note, tell_rate
from app.statements import statements
from app.studies import missing_kinds
from app.weights import weights_line
from app.words import DIMENSIONS, GROUPS, VERDICTS, word
from surveys import evaluations
from surveys.evaluations import EvaluationView, Preview
from surveys.publication import Publication, find_publication, publish_as_it_is


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
@click.option("--json", "as_json", is_flag=True, help="Everything that may be shown, as JSON.")
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
    with here().database.read() as session:
        shown = publish_as_it_is(session, made=made, now=wanted["now"])
    return plain(shown), "\n".join([_text(shown), *_to_study(made)])


def _to_study(made: EvaluationView) -> list[str]:
    """What to run next: a score has no studies yet, one that does not count never will."""
    with here().database.read() as session:
        published = find_publication(session, name=made.campaign, now=here().clock(), number=made.number)
    missing = () if published is None else missing_kinds(published)
    return ["", _("还没有分析，请运行 flask studies make %(name)s", name=made.campaign)] if missing else []


def _preview(**wanted: Any) -> tuple[dict[str, Any], str]:
    with here().database.begin() as session:  # a scorecard of the library is published when it is first asked for
        found = evaluations.preview(session, **wanted)
        shown = publish_as_it_is(session, made=found, now=wanted["now"])
    return plain_preview(found, shown), _preview_text(found, shown)


def plain_preview(found: Preview, shown: Publication) -> dict[str, Any]:
    """A preview as JSON: it has no number, and no recipe."""
    before = found.stamp.before
    numbers = {name: value for name, value in plain(shown).items() if name not in ("evaluation", "recipe", "made_at")}
    return {
        **numbers,
        "preview": True,
        "counted_at": found.stamp.counted_at.isoformat(),
        "counted_before": None if before is None else before.isoformat(),
        "stored": found.stored,
        "stale": found.stale,
    }


def _text(shown: Publication) -> str:
    made = shown.evaluation
    about = _("计分方案 %(name)s，第 %(number)s 次测评，%(count)s 份答卷，%(when)s",
              name=f"{made.scorecard}@{made.scorecard_number}", number=made.number, count=made.responses,
              when=local_time(made.made_at))  # fmt: skip
    warning = [_("【暂定】调查尚未结束，以下数字不能作为结论。")] if made.provisional else []
    return "\n".join([*warning, *_lines(shown, about)])


def _preview_text(found: Preview, shown: Publication) -> str:
    about = _("计分方案 %(name)s，按 %(when)s 的统计，%(count)s 份答卷（现有 %(stored)s 份）",
              name=f"{found.scorecard}@{found.scorecard_number}", when=local_time(found.stamp.counted_at),
              count=found.stamp.responses, stored=found.stored)  # fmt: skip
    warning = _("【预览】由答案计数得出，没有保存，不能作为结论。正式计分请去掉 --preview。")
    return "\n".join([warning, *_lines(shown, about)])


def _lines(shown: Publication, about: str) -> list[str]:
    facts = shown.facts
    lines = [
        *_verdict(shown),
        _("全部答卷合并计算：%(score)s", score=interval_words(shown.pooled)),
        about,
        weights_line(facts.get("weights")),
        _("公布按规则 %(rule)s，少于 %(people)s 人的数字不显示", rule=shown.rule, people=shown.smallest),
    ]
    lines += [line for line in list_cuts(facts, current_language()) if line]
    lines += [f"! {line}" for line in notice_lines(facts["notices"])]
    kinds = {each.rate_kind for each in shown.groups if each.rate is not None}
    groups: list[tuple[object, ...]] = [(_("调查对象"), _("答卷"), _("得分"), *_heads(), rate_head(kinds))]
    for each in shown.groups:
        answered = NOTHING if each.responses is None else each.responses
        rate = tell_rate(each.rate, each.rate_kind, kinds)
        groups.append((word(GROUPS, each.group), answered, *cells_of(each), rate))
    dimensions: list[tuple[object, ...]] = [(_("维度"), "", _("得分"), *_heads())]
    whole = {each.dimension: each for each in shown.dimensions}
    dimensions += [(DIMENSIONS[name], "", *cells_of(whole[name])) for name in DIMENSIONS if name in whole]
    note = rate_note(kinds)
    return [*lines, "", table(groups), *([note] if note else []), "", table(dimensions)]


def _verdict(shown: Publication) -> list[str]:
    """The verdict with what it rests on; that there is none, where nothing may be said of so few."""
    facts = shown.facts
    if shown.composite.hidden:
        return [str(HIDDEN[shown.composite.hidden])]
    threshold = f"{facts['comparison']} {facts['threshold']:g}"
    verdict = _("%(verdict)s：综合得分 %(score)s（门槛 %(threshold)s）", verdict=VERDICTS[facts["verdict"]],
                score=interval_words(shown.composite), threshold=threshold)  # fmt: skip
    beside = set_side_by_side(facts)
    said = (f"{each.question}\n  {each.figure}  {each.basis}" for each in statements(facts))
    return [verdict, *([beside] if beside else []), *said]


def _heads() -> tuple[str, ...]:
    return (_("区间下限"), _("区间上限"), _("标准误"), "n", _("有效 n"))
