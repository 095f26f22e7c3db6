"""A school's sheet: its own results beside the county's, on one page, without a ranking; or why there are none."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.numbers import count
from app.pack.charts import dots_charts
from app.pack.wording import interval, label, level_of, people, points, threshold_of
from app.words import GROUPS, word
from surveys.reports.pack.document import Block, Cell, Column, Heading, Paragraph, Points, Table
from surveys.reports.pack.facts import Facts, Line


def school_blocks(facts: Facts) -> Iterator[Block]:
    (own,) = facts.schools
    if own.hidden or facts.composite.hidden:
        yield from _nothing(facts, own)
    else:
        yield from _results(facts, own)
    yield Heading(_("怎样看这张单子"), 2)
    yield Points(tuple(_reading(facts, own)))


def _nothing(facts: Facts, own: Line) -> Iterator[Block]:
    yield Paragraph(_("这所学校没有可以公布的数字。"), "lead")
    if own.hidden == "rate" or facts.composite.hidden:
        yield Paragraph(_("应答的人占的比例太小，按发布规则不公布。"))
        return
    yield Paragraph(
        _(
            "可能是答卷少于 %(smallest)s 份，也可能是为了不让人从别的学校的数字推算出某一所而一并隐去。"
            "两种情况不加区分，这样谁也看不出答卷有多少。这不说明学校办得好或不好。",
            smallest=facts.rule.data["smallest"],
        )
    )
    yield Paragraph(_("全县的结果见全县报告和公众版。"))


def _results(facts: Facts, own: Line) -> Iterator[Block]:
    score, whole = points(own, facts).text, points(facts.composite, facts).text
    yield Paragraph(_("本校 %(score)s 分，全县 %(whole)s 分。", score=score, whole=whole), "lead")
    yield Paragraph(
        _(
            "本校有 %(n)s 份答卷可以计分；%(level)s 置信区间为 %(interval)s。",
            n=count(own.count("n")),
            level=level_of(facts),
            interval=interval(own).text,
        )
    )
    yield from dots_charts(facts, (own, *facts.cells), _("本校和校内各类对象的得分，与全县比较"))
    yield _table(facts, own)


def _table(facts: Facts, own: Line) -> Table:
    county = {line.group: line for line in facts.groups}
    columns = (
        Column(_("调查对象"), width=1.6),
        Column(_("本校得分"), "points", facts.decimals, 1.2),
        Column(_("%(level)s 置信区间", level=level_of(facts)), "points", width=1.8),
        Column(_("本校答卷"), "count", width=1.1),
        Column(_("全县得分"), "points", facts.decimals, 1.2),
    )
    rows = [_row(_("全校"), own, facts.composite, facts)]
    rows += [_row(word(GROUPS, each.group), each, county.get(each.group), facts) for each in facts.cells]
    return Table(_("本校"), _("%(school)s与全县", school=label(own)), columns, tuple(rows))


def _row(name: str, own: Line, whole: Line | None, facts: Facts) -> tuple[Cell, ...]:
    beside = Cell("—") if whole is None else points(whole, facts)
    return (Cell(name), points(own, facts), interval(own), people(own.count("n")), beside)


def _reading(facts: Facts, own: Line) -> Iterator[str]:
    if not own.hidden:
        yield _("区间说的是：换一些人来答，得分大致会落在哪里。区间重叠的两个数，不能说谁高谁低。")
        yield _("没有列出的对象，是答卷太少，或为防止推算而隐去的。各道题目在一所学校里人数太少，不公布。")
    yield _("%(threshold)s 分的门槛是对全县的要求，不是对一所学校的要求。", threshold=threshold_of(facts))
    yield _("这张单子不排名。不得用它评比、奖惩教师，也不得追查谁是怎么答的。")
