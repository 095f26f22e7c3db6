"""What was worked out beside the score, and a line where it was not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from app.certainty import gap_sentence, silent_sentence
from app.changes import change_sentence
from app.numbers import fixed
from app.pack.wording import Outline, said
from app.schools import coefficient_sentence, kinds_sentence, spread_sentence
from app.words import DIMENSIONS, GROUPS, STUDIES, word
from surveys.reports.pack.document import Block, Cell, Column, Paragraph, Points, Table
from surveys.reports.pack.facts import Facts

Plain = Mapping[str, Any]


def study_blocks(facts: Facts, outline: Outline) -> Iterator[Block]:
    """A part for each study that was made; one sentence names those that were not."""
    yield outline.section(_("进一步的分析"))
    for kind, blocks in BLOCKS.items():
        if kind in facts.studies:
            yield outline.part(word(STUDIES, kind))
            yield from blocks(facts.studies[kind].data, facts)
    missing = [word(STUDIES, kind) for kind in BLOCKS if kind not in facts.studies]
    if missing:
        yield Paragraph(_("这次测评没有做这些分析，本报告不包括：%(names)s。", names=_("、").join(missing)), "note")


def _schools(study: Plain, facts: Facts) -> Iterator[Block]:
    for view in study["views"]:
        if view["spread"] is not None:
            yield Paragraph(spread_sentence(view["spread"]) + coefficient_sentence(view["spread"]))
    found = (kinds_sentence(each["by"], family["pairs"]) for each in study["kinds"] for family in each["families"])
    yield from map(Paragraph, dict.fromkeys(found))  # by stage and by locality nothing is found in the same words


def _certainty(study: Plain, facts: Facts) -> Iterator[Block]:
    silence = study["silence"]
    if not silence["why"]:
        shares = facts.card is not None and facts.card.data.get("measure") == "share"
        yield Paragraph(gap_sentence(silence, facts.decimals))
        yield Paragraph(silent_sentence(silence, shares=shares))
    rows = [each for each in study["schemes"] if not each["refused"] and each["counts"] and each["value"] is not None]
    if not rows:
        return
    columns = (Column(_("计分方案"), width=3.4), Column(_("得分"), "points", 2, 1.0), Column(_("门槛"), width=1.0))
    lines = tuple(
        (
            Cell(_("%(title)s（本报告所用）", title=said(each["title"])) if each["own"] else said(each["title"])),
            Cell(fixed(each["value"], each["decimals"]), each["value"], each["decimals"]),
            Cell(f"{'>' if each['comparison'] == '>' else '≥'} {each['threshold']:g}"),
        )
        for each in rows
    )
    yield Table(_("计分方案对照"), _("同样的答卷，换用计分方案库里的其他方案"), columns, lines)


def _changes(study: Plain, facts: Facts) -> Iterator[Block]:
    if not study["rounds"]:
        yield Paragraph(_("本县没有更早的、可以比较的调查。"))
    for each in study["rounds"]:
        yield Paragraph(change_sentence(each, facts.decimals))


def _drivers(study: Plain, facts: Facts) -> Iterator[Block]:
    if not study["groups"]:
        yield Paragraph(_("各类对象的答卷都不足以分析。"))
        return
    yield Paragraph(_("与总体评价关系最大的维度，按调查对象（有关系不等于是原因）："))
    yield Points(
        tuple(
            _(
                "%(group)s：%(dimension)s",
                group=word(GROUPS, each["group"]),
                dimension=word(DIMENSIONS, each["strongest"]),
            )
            for each in study["groups"]
        )
    )


BLOCKS: Mapping[str, Callable[[Plain, Facts], Iterator[Block]]] = {
    "schools": _schools,
    "certainty": _certainty,
    "changes": _changes,
    "drivers": _drivers,
}
