"""The tables of the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from app.dispositions import CASES, PARTICIPATION, RATES
from app.pack.wording import caveats, interval, label, level_of, ordered, people, points, said, share
from app.rates import rate_head, rate_note, tell_rate
from app.words import DIMENSIONS, GROUPS, VERDICTS, word
from surveys.reports.pack.document import Cell, Column, Table
from surveys.reports.pack.facts import Excerpt, Facts, Line


def returns_table(facts: Facts) -> Table:
    """Who there is, who answered, and what each group weighs."""
    kinds = _kinds(facts.groups)
    columns = (
        Column(_("调查对象"), width=2.2),
        Column(_("人数"), "count", width=1.4),
        Column(_("答卷"), "count", width=1.4),
        Column(rate_head(kinds), "rate", 1, 1.6),
        Column(_("在总分中的权重"), "rate", 1, 1.8),
    )
    rows = tuple(
        (
            Cell(label(line)),
            people(line.get("population")),
            people(line.get("responses")),
            _rate(line, kinds),
            share(line.get("weight")),
        )
        for line in facts.groups
    )
    return Table(_("样本与应答"), _("各类调查对象的人数、答卷和权重"), columns, rows, rate_note(kinds))


def _kinds(lines: Sequence[Line]) -> frozenset[str]:
    return frozenset(line.rate_kind for line in lines if line.get("rate") is not None)


def _rate(line: Line, kinds: frozenset[str]) -> Cell:
    """The rate of a line; where it has a star it is a text."""
    rate = line.get("rate")
    told = tell_rate(rate, line.rate_kind, kinds)
    return Cell(told) if told.endswith("*") else share(rate)


def outcome_tables(facts: Facts) -> Iterator[Table]:
    """What became of everybody who was asked; apart where there is a list of them, and where there is none."""
    for listed in (True, False):
        rows = [each for each in facts.asked if each.data["listed"] == listed]
        if rows:
            yield _outcomes(rows, listed)


def _outcomes(rows: Sequence[Excerpt], listed: bool) -> Table:
    rates = RATES if listed else PARTICIPATION
    cases = tuple(CASES) if listed else ("complete", "partial", "unknown")
    columns = (
        Column(_("调查对象"), width=1.7),
        Column(_("发出的个人码") if listed else _("人数"), "count", width=1.3),
        *(Column(word(CASES, case), "count", width=1.1) for case in cases),
        *(Column(str(words).rsplit(" ", 1)[-1] if listed else str(words), "rate", 1, 1.2) for words in rates.values()),
    )
    name, caption = (
        (_("应答率"), _("有名单的调查对象：每个人的结果和应答率（AAPOR 口径）"))
        if listed
        else (_("参与率"), _("没有名单的调查对象（扫海报作答）：参与率"))
    )
    return Table(
        name, caption, columns, tuple(_outcome(each, cases, tuple(rates)) for each in rows), _rates_note(listed)
    )


def _outcome(row: Excerpt, cases: Sequence[str], rates: Sequence[str]) -> tuple[Cell, ...]:
    data = row.data
    name = word(GROUPS, data["group"]) if data["group"] else _("合计")
    return (
        Cell(name),
        people(data["asked"]),
        *(people(data[case]) for case in cases),
        *(share(data["rates"][rate]) for rate in rates),
    )


def _rates_note(listed: bool) -> str:
    if not listed:
        return str(_("海报谁都能扫，没有名单，算不出应答率；参与率是答卷数与人数之比。"))
    return str(
        _(
            "RR1 只把完成的算应答；RR2 连部分完成的也算；RR3 只把情况不明的人中估计符合条件的算进分母；"
            "REF1 是拒访率，CON1 是接触率。"
        )
    )


def ways_table(facts: Facts) -> Table:
    """The composite beside the other ways to reckon it."""
    result = facts.whole.data
    rows = [_way(_("综合得分（结论以此为准）"), facts.composite, facts, result["verdict"])]
    rows.append(_way(_("全部答卷合并计算"), facts.pooled, facts, result["verdict_pooled"]))
    if facts.beside is not None:
        kept = result["beside"]["answers"] == "all"
        name = _("综合得分，不剔除任何答卷") if kept else _("综合得分，去掉带有确证迹象的答卷")
        rows.append(_way(name, facts.beside, facts, result["beside"]["verdict"]))
    columns = (Column(_("算法"), width=3), *_estimate_columns(facts), Column(_("结论"), width=1.4))
    return Table(_("得分"), _("综合得分与其他算法并列"), columns, tuple(rows))


def _way(name: str, line: Line, facts: Facts, verdict: str | None) -> tuple[Cell, ...]:
    return (Cell(name), *_estimate(line, facts), Cell(word(VERDICTS, verdict)))


def _estimate_columns(facts: Facts) -> tuple[Column, ...]:
    return (
        Column(_("得分"), "points", facts.decimals, 1.2),
        Column(_("%(level)s 置信区间", level=level_of(facts)), "points", width=2.1),
        Column(_("标准误"), "points", facts.decimals, 1.1),
        Column("n", "count", width=1.0),
        Column(_("有效 n"), "count", width=1.1),
    )


def _estimate(line: Line, facts: Facts) -> tuple[Cell, ...]:
    return (
        points(line, facts),
        interval(line),
        points(line, facts, "se"),
        people(line.count("n")),
        people(line.get("n_eff")),
    )


def groups_table(facts: Facts) -> Table:
    kinds = _kinds(facts.groups)
    columns = (Column(_("调查对象"), width=1.8), *_estimate_columns(facts), Column(rate_head(kinds), "rate", 1, 1.1))
    rows = [(Cell(label(line)), *_estimate(line, facts), _rate(line, kinds)) for line in facts.groups]
    return _with_caveats(Table(_("调查对象"), _("各类调查对象的得分"), columns, tuple(rows)), facts.groups)


def dimensions_table(facts: Facts) -> Table:
    lines = ordered(facts.dimensions)
    columns = (Column(_("维度"), width=2.4), *_estimate_columns(facts))
    rows = tuple((Cell(label(line)), *_estimate(line, facts)) for line in lines)
    return _with_caveats(Table(_("维度"), _("各个维度的得分"), columns, rows), lines)


def items_table(facts: Facts) -> Table:
    lines = ordered(facts.items)
    columns = (
        Column(_("题目"), width=6),
        Column(_("维度"), width=2.4),
        Column(_("得分"), "points", facts.decimals, 1.2),
        Column(_("%(level)s 置信区间", level=level_of(facts)), "points", width=2.2),
        Column("n", "count", width=1.0),
        Column(_("不了解"), "rate", 1, 1.1),
        Column(_("未答"), "rate", 1, 1.0),
    )
    rows = tuple((*_item_head(line), *_item_cells(line, facts)) for line in lines)
    note = _("“不了解”和未答不计入得分时，分母只有其余的回答；占比高的题目要谨慎解读。")
    return _with_caveats(Table(_("题目"), _("各道题目的得分"), columns, rows, note), lines)


def _item_head(line: Line) -> tuple[Cell, ...]:
    about = word(DIMENSIONS, line.dimension) if line.dimension else str(_("总体评价"))
    return Cell(label(line)), Cell(about)


def _item_cells(line: Line, facts: Facts) -> tuple[Cell, ...]:
    return (
        points(line, facts),
        interval(line),
        people(line.count("n")),
        share(line.get("dont_know")),
        share(line.get("missing")),
    )


def by_group_table(facts: Facts, kind: str) -> Table | None:
    """Dimensions or items, each by each group: one row for each, one column for each group."""
    lines = [line for line in facts.by_group if line.kind == kind]
    groups = [line.group for line in facts.groups if any(each.group == line.group for each in lines)]
    if not lines:
        return None
    found = {(_about(line), line.group): line for line in lines}
    subjects = list(dict.fromkeys(_about(line) for line in ordered(tuple(lines))))
    first = {_about(line): line for line in lines}
    columns = (
        Column(_("维度") if kind == "dimension" else _("题目"), width=2.2 if kind == "dimension" else 6),
        *(Column(word(GROUPS, group), "points", facts.decimals, 1.1) for group in groups),
    )
    rows = tuple(
        (Cell(label(first[subject])), *(_found(found.get((subject, group)), facts) for group in groups))
        for subject in subjects
    )
    name, caption = (
        (_("维度×对象"), _("各个维度，按调查对象"))
        if kind == "dimension"
        else (_("题目×对象"), _("各道题目，按调查对象"))
    )
    note = " ".join((_("“—”表示没有问这类对象，或没有可以计分的回答。"), *_notes(lines, ())))
    return Table(name, caption, columns, rows, note)


def _found(line: Line | None, facts: Facts) -> Cell:
    return Cell("—") if line is None else points(line, facts)


def _about(line: Line) -> str:
    return str(line.item if line.kind == "item" else line.dimension)


def schools_table(facts: Facts) -> Table:
    columns = (Column(_("学校代码"), width=1.4), Column(_("学校"), width=2.8), *_estimate_columns(facts))
    rows = tuple((Cell(str(line.school)), Cell(label(line)), *_estimate(line, facts)) for line in facts.schools)
    return _with_caveats(Table(_("学校"), _("各校得分，按学校代码排列"), columns, rows), facts.schools)


def cells_table(facts: Facts) -> Table | None:
    """Each school by each group."""
    groups = [line.group for line in facts.groups if any(each.group == line.group for each in facts.cells)]
    if not groups:
        return None
    found = {(line.school, line.group): line for line in facts.cells}
    columns = (
        Column(_("学校代码"), width=1.3),
        Column(_("学校"), width=2.4),
        *(Column(word(GROUPS, group), "points", facts.decimals, 1.2) for group in groups),
    )
    rows = tuple(
        (
            Cell(str(line.school)),
            Cell(label(line)),
            *(_found(found.get((line.school, group)), facts) for group in groups),
        )
        for line in facts.schools
    )
    note = " ".join(_notes(facts.cells, ()))
    return Table(_("学校×对象"), _("各校得分，按调查对象"), columns, rows, note)


def evidence_table(facts: Facts) -> Table | None:
    if facts.evidence is None:
        return None
    columns = (
        Column(_("调查对象"), width=2),
        Column(_("答卷"), "count"),
        Column(_("有确证迹象"), "count"),
        Column(_("有可疑迹象"), "count"),
        Column(_("说有人教过怎么答"), "count", width=1.4),
    )
    rows = tuple(
        (
            Cell(word(GROUPS, each["group"])),
            people(each["forms"]),
            people(each["certain"]),
            people(each["candidates"]),
            people((each["told"] or {}).get("yes")),
        )
        for each in facts.evidence.data["result"]["groups"]
    )
    return Table(_("答卷质量"), _("各类对象的答卷里看到的迹象"), columns, rows, _("“—”表示人少，不公布，或没有问。"))


def plan_table(facts: Facts) -> Table | None:
    if facts.plan is None:
        return None
    columns = (
        Column(_("调查对象"), width=2),
        Column(_("人数"), "count"),
        Column(_("计划答卷"), "count"),
        Column(_("邀请"), "count"),
    )
    rows = tuple(
        (Cell(word(GROUPS, each["group"])), people(each["population"]), people(each["quota"]), people(each["invited"]))
        for each in facts.plan.data["proposal"]["groups"]
    )
    rule = said(facts.plan.data["proposal"]["rule"]["title"])
    return Table(_("抽样"), _("抽样方案：%(rule)s", rule=rule), columns, rows)


def _with_caveats(table: Table, lines: Sequence[Line]) -> Table:
    """What must stand beside figures: below the table where it is true of all, else in a last column."""
    shown = [set(line.caveats) for line in lines if not line.hidden]
    shared = set.intersection(*shown) if shown else set[str]()
    own = [caveats([each for each in line.caveats if each not in shared]) for line in lines]
    note = " ".join(filter(None, (table.note, *_notes(lines, sorted(shared)))))
    if not any(own):
        return replace(table, note=note)
    rows = tuple((*row, Cell(words)) for row, words in zip(table.rows, own, strict=True))
    return replace(table, columns=(*table.columns, Column(_("注意"), width=1.7)), rows=rows, note=note)


def _notes(lines: Sequence[Line], shared: Sequence[str]) -> Iterator[str]:
    if shared:
        yield _("全表：%(caveats)s。", caveats=caveats(shared))
    if any(line.bound for line in lines):
        yield _("“>”和“<”：几乎人人回答一样，只公布一个界限。")
    if any(line.hidden for line in lines):
        yield _("“不公布”：人数太少，或者一公布就能算出别处太少的人，或者应答率低于规定的下限。")
