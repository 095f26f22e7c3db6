"""The version for everybody: one or two pages without a technical word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from app.numbers import count
from app.pack.charts import dots_charts
from app.pack.wording import SIGNERS, is_firm, label, listed, points, threshold_of
from app.verdicts import plain_sentence
from app.words import GROUPS, word
from surveys.reports.pack.document import Block, Heading, Paragraph, Points
from surveys.reports.pack.facts import Facts, Line

NAMED = 3  # of the best and of the worst questions


def public_blocks(facts: Facts) -> Iterator[Block]:
    yield from _answer(facts)
    yield Heading(_("大家怎么说"), 2)
    yield from _said(facts)
    yield Heading(_("问了谁"), 2)
    yield Paragraph(_who(facts))
    yield Heading(_("怎样保证匿名"), 2)
    yield Points(tuple(_anonymity(facts)))
    yield Heading(_("接下来做什么"), 2)
    yield Points(tuple(_next(facts)))


def _answer(facts: Facts) -> Iterator[Block]:
    if facts.composite.hidden:
        yield Paragraph(_("回答的人太少，按规则不公布得分。"), "lead")
        return
    yield Paragraph(plain_sentence(facts.whole.data), "lead")
    meaning = (
        _("这个分数说的是：一百个回答里，大约有多少个算作满意。")
        if facts.card is not None and facts.card.data.get("measure") == "share"
        else _("每个回答按事先定好的规则折成分数，满分是一百分。")
    )
    rest = _(
        "各类人的意见按事先定好的比重合在一起。要求是 %(threshold)s 分。作答的只是一部分人，所以说的是大约。",
        threshold=threshold_of(facts),
    )
    yield Paragraph(meaning)
    yield Paragraph(rest)


def _said(facts: Facts) -> Iterator[Block]:
    yield from dots_charts(facts, facts.groups, _("各类人的满意程度"), plain=True)
    known = [line for line in facts.items if is_firm(line)]
    known.sort(key=lambda line: -(line.get("value") or 0))
    if len(known) >= 2 * NAMED:
        yield Paragraph(_("大家最满意的："))
        yield Points(tuple(_items(known[:NAMED], facts)))
        yield Paragraph(_("大家最不满意的："))
        yield Points(tuple(_items(known[: -NAMED - 1 : -1], facts)))


def _items(lines: Sequence[Line], facts: Facts) -> Iterator[str]:
    for line in lines:
        yield _("%(item)s（%(score)s 分）", item=label(line), score=points(line, facts).text)


def _who(facts: Facts) -> str:
    parts = [
        _("%(group)s %(count)s 人", group=word(GROUPS, line.group), count=count(line.get("responses")))
        for line in facts.groups
        if line.get("responses")
    ]
    return str(
        _("一共收到 %(total)s 份答卷：%(parts)s。", total=count(facts.about.data["responses"]), parts=listed(parts))
    )


def _anonymity(facts: Facts) -> Iterator[str]:
    yield _("没有问姓名、电话和身份证号，也不记录用的是哪部手机。")
    yield _("谁答过和答了什么分开存放，没有办法对到一起，我们自己也不能。")
    yield _(
        "凡是少于 %(smallest)s 人的结果都不公布，也不让人从别的数字里推算出来。", smallest=facts.rule.data["smallest"]
    )
    yield _("任何人都不可以规定别人怎么答。有人这样要求过您，可以从答题页上的“反映问题”告诉我们。")


def _next(facts: Facts) -> Iterator[str]:
    if facts.draft:
        yield _("这份结果还没有签字。县里核对之后签字，再由上级审核，到学校实地核查。")
    else:
        stages = listed([word(SIGNERS, each.stage) for each in facts.signed])
        yield _("这份结果已由%(stages)s签字，还要接受上级审核和实地核查。", stages=stages)
    yield _("大家最不满意的几个方面，由县里提出改进办法，并说明谁负责、什么时候完成。")
    yield _("审核中发现的问题要逐条整改，改完由上级复查。")
