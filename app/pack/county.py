"""The county's report: for those who judge the score, and those who answer for it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from app.evidence import list_cuts, set_side_by_side
from app.i18n import current_language
from app.notices import notice_lines
from app.numbers import count
from app.pack import tables
from app.pack.charts import dots_charts, schools_chart
from app.pack.method import limits, method, scorecard_text
from app.pack.studies import study_blocks
from app.pack.wording import SIGNERS, Outline, is_firm, label, listed, ordered, points, said, threshold_of
from app.statements import statements
from app.verdicts import exact_sentence, plain_sentence
from app.words import GROUPS, word
from surveys.reports.pack.document import Block, Cell, Column, Paragraph, Points, Table
from surveys.reports.pack.facts import Facts, Line


def county_blocks(facts: Facts) -> Iterator[Block]:
    """Verdict before the details, the rule in full before the seal."""
    outline = Outline()
    yield from _purpose(facts, outline)
    yield from _asked(facts, outline)
    yield from _returns(facts, outline)
    yield from _verdict(facts, outline)
    yield from _results(facts, outline)
    yield from _schools(facts, outline)
    yield from _certainty(facts, outline)
    yield from _quality(facts, outline)
    yield from study_blocks(facts, outline)
    yield outline.section(_("局限"))
    yield Points(tuple(limits(facts)))
    yield from method(facts, outline)
    yield outline.section(_("计分方案全文"))
    yield from scorecard_text(facts)
    yield from _standing(facts, outline)
    yield outline.section(_("怎样核验这份报告"))


def _purpose(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("调查目的"))
    yield Paragraph(
        _(
            "社会认可度是县域义务教育优质均衡发展督导评估的一票否决项：得分须达到 %(threshold)s 分。"
            "本报告说明%(county)s这次调查问了谁、怎样问的、结果是多少、有多可靠，以及计分的每一条规则，供评估人员审核。",
            threshold=threshold_of(facts),
            county=facts.campaign["county"],
        )
    )


def _asked(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("问了谁，怎样问"))
    groups = listed([word(GROUPS, line.group) for line in facts.groups])
    yield Paragraph(
        _(
            "调查对象是%(groups)s。每人凭答题码匿名作答一次，系统不记录姓名、电话、设备和网址；"
            "哪个答题码用过和答了什么分开保存，对不到一起。",
            groups=groups,
        )
    )
    yield Paragraph(_drawn(facts))
    table = tables.plan_table(facts)
    if table is not None:
        yield table


def _drawn(facts: Facts) -> str:
    if facts.plan is None:
        return str(_("没有制定抽样方案：抽样框里的学校和对象全部在调查范围之内。"))
    plan = facts.plan.data
    rule = said(plan["proposal"]["rule"]["title"])
    if plan["seed"] is None:
        return str(_("按抽样规则“%(rule)s”制定了方案，没有抽签：方案里的学校全部参加。", rule=rule))
    return str(_("按抽样规则“%(rule)s”制定方案，由系统以种子 %(seed)s 抽签。", rule=rule, seed=plan["seed"]))


def _returns(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("样本与应答"))
    responses = count(facts.about.data["responses"])
    yield Paragraph(_("共 %(responses)s 份答卷计入本次测评。", responses=responses))
    yield tables.returns_table(facts)
    yield from tables.outcome_tables(facts)


def _verdict(facts: Facts, outline: Outline) -> Iterator[Block]:
    result = facts.whole.data
    yield outline.section(_("结论"))
    if facts.composite.hidden:
        yield Paragraph(_("应答率低于发布规则的下限，按规则不公布得分，也没有结论。"), "lead")
        return
    yield Paragraph(plain_sentence(result), "lead")
    yield Paragraph(exact_sentence(result))
    yield tables.ways_table(facts)
    if not result["comparable"]:
        missing = listed([word(GROUPS, group) for group in result["missing_groups"]])
        yield Paragraph(
            _(
                "缺少调查对象：%(groups)s。其余对象的权重已按比例放大，这个得分不能与对象齐全的结果比较。",
                groups=missing,
            )
        )
    notices = notice_lines(result["notices"])
    if notices:
        yield outline.part(_("看得分之前要知道"))
        yield Points(tuple(notices))


def _results(facts: Facts, outline: Outline) -> Iterator[Block]:
    for name, lines, caption, table in (
        (_("各类调查对象的结果"), facts.groups, _("各类调查对象的得分"), tables.groups_table),
        (_("各个维度的结果"), tuple(ordered(facts.dimensions)), _("各个维度的得分"), tables.dimensions_table),
        (_("各道题目的结果"), tuple(ordered(facts.items)), _("各道题目的得分"), tables.items_table),
    ):
        yield outline.section(name)
        yield from _extremes(lines, facts)
        yield from dots_charts(facts, lines, caption)
        yield table(facts)
        crossed = tables.by_group_table(facts, lines[0].kind) if lines and lines[0].kind != "group" else None
        if crossed is not None:
            yield crossed


def _extremes(lines: tuple[Line, ...], facts: Facts) -> Iterator[Block]:
    """The highest and the lowest in a sentence."""
    known = [line for line in lines if is_firm(line)]
    if len(known) < 2:
        return
    known.sort(key=lambda line: line.get("value") or 0)
    low, high = known[0], known[-1]
    yield Paragraph(
        _(
            "最高的是%(high)s（%(most)s 分），最低的是%(low)s（%(least)s 分）。",
            high=_quoted(high),
            most=points(high, facts).text,
            low=_quoted(low),
            least=points(low, facts).text,
        )
    )


def _quoted(line: Line) -> str:
    return str(_("“%(name)s”", name=label(line)))


def _schools(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("各校的结果"))
    rule = facts.rule.data
    yield Paragraph(
        _(
            "少于 %(smallest)s 份有效答卷的学校不公布；为防止倒推，有时还要多隐去一所。"
            "%(schools)s 所学校中，公布 %(open)s 所。按学校代码排列，不是排名："
            "每所学校的区间只说明本校由谁作答会带来多大出入，不能据此断定哪所学校更好。",
            smallest=rule["smallest"],
            schools=count(rule["schools"]),
            open=count(rule["open_schools"]),
        )
    )
    yield from schools_chart(facts)
    yield tables.schools_table(facts)
    cells = tables.cells_table(facts)
    if cells is not None:
        yield cells


def _certainty(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("结论有多可靠"))
    if facts.composite.hidden:
        yield Paragraph(_("没有得分，这一节也就没有内容。"))
        return
    yield Paragraph(_("三个问题，三个答案，不能混用。"))
    columns = (Column(_("问的是什么"), width=2.4), Column(_("得分的范围"), width=1.3), Column(_("凭什么"), width=3.3))
    rows = tuple((Cell(each.question), Cell(each.figure), Cell(each.basis)) for each in statements(facts.whole.data))
    yield Table(_("可靠性"), _("三个问题和它们的答案"), columns, rows)


def _quality(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("答卷是否诚实"))
    result = facts.whole.data
    beside = set_side_by_side(result)
    if beside:
        yield Paragraph(beside)
    cuts = list_cuts(result, current_language())
    if cuts:
        yield Points(tuple(cuts))
    if facts.evidence is None:
        yield Paragraph(_("没有查看过答卷的迹象，本报告没有这方面的证据。"))
        return
    counted = facts.evidence.data["counted"]
    yield Paragraph(
        _(
            "系统逐份、逐校查看了答卷的迹象。判断了 %(judged)s 个“学校 × 对象”，其中 %(unusual)s 个不寻常。"
            "迹象是证据，不是结论：每一种迹象都可能另有原因，是哪些学校由评估人员在系统里核实，本报告不点名。",
            judged=count(counted["judged"]),
            unusual=count(counted["unusual"]),
        )
    )
    table = tables.evidence_table(facts)
    if table is not None:
        yield table


def _standing(facts: Facts, outline: Outline) -> Iterator[Block]:
    yield outline.section(_("审核和签字"))
    if facts.draft:
        yield Paragraph(_("这次测评还没有任何一级签字，本报告是草案，不能作为结论使用。"))
        return
    yield Points(
        tuple(_("%(stage)s：%(day)s 签字", stage=word(SIGNERS, each.stage), day=each.day) for each in facts.signed)
    )
