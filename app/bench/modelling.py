"""Scales, factors, drivers and regressions, as tables and charts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from app.bench.cells import NOTHING, Cell, Plain, Sheet, figure, people, points, probability, words
from app.bench.wording import label_of, p_words, told, variable_label, why_line
from app.numbers import fixed
from surveys.bench import Result

CUT_ONCE = ("worst", "best")  # answers that leave one place to cut
BANDS = (0.2, 0.4, 0.6)  # loadings from which a shade is deeper


def scales(result: Result) -> Iterable[Sheet]:
    level = f"{result.request.level * 100:g}%"
    yield Sheet(
        title=_("信度"),
        heads=(_("量表"), _("题数"), "n", "α", _("α 的 %(level)s 区间", level=level), _("标准化 α"), _("有序 α"), "ω"),
        rows=tuple(_scale(part, result) for part in result.parts),
        lines=tuple(f"{label_of(part['label'])}{_('：')}{why_line(part)}" for part in result.parts if part["why"]),
    )
    for part in result.parts:
        if part["rows"]:
            yield _scale_items(part, result)


def _scale(part: Plain, result: Result) -> tuple[Cell, ...]:
    made = part["alpha"] or dict.fromkeys(("value", "low", "high"))
    limits = NOTHING if made["low"] is None else f"{figure(made['low']).text} – {figure(made['high']).text}"
    return (
        words(label_of(part["label"])),
        Cell(str(len(part["items"])), len(part["items"])),
        people(part["n"], result),
        figure(made["value"]),
        Cell(limits, limits),
        figure(part["standardised"]),
        figure(part["ordinal_alpha"]),
        figure(part["omega"]),
    )


def _scale_items(part: Plain, result: Result) -> Sheet:
    against = {each["params"].get("item") for each in part["notices"] if each["code"] == "item_against_the_rest"}
    turned = [variable_label(result, name) for name in against]
    return Sheet(
        title=_("%(scale)s：每道题", scale=label_of(part["label"])),
        heads=(_("题目"), _("平均水平"), _("与其余题目的相关"), _("去掉它之后的 α")),
        rows=tuple(
            (
                words(_turned(variable_label(result, row["item"]), row)),
                points(row["mean"], result),
                figure(row["item_rest"]),
                figure(row["if_dropped"]),
            )
            for row in part["rows"]
        ),
        lines=tuple(
            _("“%(item)s”与其余题目方向相反：可能要反向计分，或者不属于这个量表。", item=each) for each in turned
        ),
        chief=len(result.parts) == 1,
    )


def _turned(name: str, row: Plain) -> str:
    return str(_("%(item)s（已反向）", item=name)) if row["turned"] else name


def factors(result: Result) -> Iterable[Sheet]:
    (part,) = result.parts
    if not part["loadings"]:
        yield Sheet(_("因子载荷"), (_("题目"),), (), (why_line(part),))
        return
    names = [_("因子 %(number)s", number=number) for number in range(1, part["factors"] + 1)]
    explained = (Cell(f"{fixed(each * 100, 0)}%", each) for each in part["explained"])
    blank = Cell("")
    yield Sheet(
        title=_("因子载荷"),
        heads=(_("题目"), *names, _("共同度"), _("取样适切度")),
        rows=(
            *(_loading(row, result) for row in part["loadings"]),
            (words(_("解释的方差")), *explained, blank, figure(part["kmo"])),
        ),
        lines=tuple(_factor_lines(part, result)),
        total=True,
        about=_("同一列里载荷大的题目属于同一个因子。"),
        seen=_("颜色越深，载荷越大。"),
    )
    yield Sheet(
        title=_("平行分析"),
        heads=(_("第几个因子"), _("特征值"), _("偶然能到（%(quantile)s 分位）", quantile="95%")),
        rows=tuple(
            (words(str(at)), figure(own), figure(chance))
            for at, (own, chance) in enumerate(zip(part["eigenvalues"], part["chance"], strict=True), 1)
        ),
        chief=False,
    )


def _loading(row: Plain, result: Result) -> tuple[Cell, ...]:
    cells = (Cell(figure(each).text, each, shade=sum(abs(each) >= band for band in BANDS)) for each in row["loadings"])
    name = words(_turned(variable_label(result, row["item"]), row))
    return (name, *cells, figure(row["communality"]), figure(row["adequacy"]))


def _factor_lines(part: Plain, result: Result) -> Iterable[str]:
    test = part["bartlett"]
    yield _("n = %(n)s，KMO = %(kmo)s，Bartlett 球形检验 χ²(%(df)s) = %(value)s，%(p)s，残差均方根 SRMR = %(srmr)s",
            n=told(part["n"], result), kmo=figure(part["kmo"]).text, df=test["df"],
            value=fixed(test["statistic"], 1), p=p_words(test["p"]), srmr=figure(part["srmr"], 3).text)  # fmt: skip
    yield _("平行分析建议 %(count)s 个因子，这里取 %(used)s 个。", count=part["suggested"], used=part["factors"])
    if part["correlations"] == "pearson":
        yield _("多分格相关凑不成相关矩阵（有的组合太少），改用普通相关。")


def drivers(result: Result) -> Iterable[Sheet]:
    (part,) = result.parts
    heads = (_("解释变量"), _("相对权重"), _("区间下限"), _("区间上限"), "Shapley", _("相关"), _("标准化系数"))
    rows = tuple(
        (
            words(variable_label(result, row["item"])),
            *(_percent(row[name]) for name in ("share", "low", "high", "shapley")),
            figure(row["correlation"]),
            figure(row["beta"]),
        )
        for row in part["rows"]
    )
    outcome = variable_label(result, part["outcome"])
    n = told(part["n"], result)
    line = _("一起能解释“%(outcome)s”差别的 %(r2)s（n = %(n)s）；这是相关，不是因果。",
             outcome=outcome, r2=_percent(part["r2"]).text, n=n)  # fmt: skip
    lines = [why_line(part) if part["why"] else line]
    title = _("与“%(outcome)s”的关系", outcome=outcome)
    yield Sheet(title, heads, rows, tuple(lines), chart=_weights(part, result) if rows else None)


def _percent(share: float | None) -> Cell:
    return Cell(NOTHING if share is None else f"{fixed(share * 100, 0)}%", share)


def _weights(part: Plain, result: Result) -> dict[str, Any]:
    ends = [row["high"] if row["high"] is not None else row["share"] for row in part["rows"]]
    even = 100 / len(part["rows"])
    return {
        "kind": "ranges", "least": 0, "most": min(100, -(-max(ends) * 100 // 10) * 10), "unit": "%",
        "head": _("相对权重"),
        "rows": [
            {
                "label": variable_label(result, row["item"]), "strong": place == 0, "value": row["share"] * 100,
                "low": None if row["low"] is None else row["low"] * 100,
                "high": None if row["high"] is None else row["high"] * 100,
                "mark": even, "side": "above", "shown": _percent(row["share"]).text,
                "tip": [f"{_('相对权重')} {_percent(row['share']).text}"],
            }
            for place, row in enumerate(part["rows"])
        ],
    }  # fmt: skip


def ordinal(result: Result) -> Iterable[Sheet]:
    (part,) = result.parts
    outcome = variable_label(result, part["outcome"])
    heads = (_("解释变量"), _("类别"), _("优势比"), _("区间下限"), _("区间上限"), "p", _("系数"), _("标准误"))
    rows = tuple(row for term in part["terms"] for row in _term(term, result))
    lines = list(_ordinal_lines(part, result))
    yield Sheet(
        title=_("“%(outcome)s”的有序回归", outcome=outcome),
        heads=heads,
        rows=rows,
        lines=tuple(lines),
        texts=2,
        about=_("优势比大于 1：更容易给出更好的回答（从“%(worst)s”到“%(best)s”）。",
                worst=label_of(part["levels"][0]), best=label_of(part["levels"][-1])) if part["levels"] else "",
    )  # fmt: skip
    if part["terms"]:
        yield Sheet(
            title=_("各变量整体的检验"),
            heads=(_("解释变量"), "F", _("分子自由度"), _("分母自由度"), "p"),
            rows=tuple(_term_test(term, result) for term in part["terms"]),
            chief=False,
        )


def _term(term: Plain, result: Result) -> Iterable[tuple[Cell, ...]]:
    name = variable_label(result, term["variable"])
    if term["reference"] is not None:
        blank = tuple(Cell("") for _each in range(5))
        yield (words(name), words(_("%(label)s（参照）", label=label_of(term["reference"]))), Cell("1", 1.0), *blank)
    for row in term["rows"]:
        label = _("每高 10 分") if row["label"] is None else label_of(row["label"])
        odds = (figure(row[each]) for each in ("odds", "low", "high"))
        yield (words(name), words(label), *odds, probability(row["p"]), figure(row["coefficient"]), figure(row["se"]))


def _term_test(term: Plain, result: Result) -> tuple[Cell, ...]:
    test = term["test"] or dict.fromkeys(("statistic", "ndf", "ddf", "p"))
    freedom = (figure(test[name], 0) for name in ("ndf", "ddf"))
    return (
        words(variable_label(result, term["variable"])),
        figure(test["statistic"]),
        *freedom,
        probability(test["p"]),
    )


def _ordinal_lines(part: Plain, result: Result) -> Iterable[str]:
    if part["why"]:
        yield why_line(part)
    if not part["terms"]:
        return
    yield _("n = %(n)s，有效 n = %(effective)s，剩余自由度 %(df)s", n=told(part["n"], result),
            effective=told(part["n_eff"], result), df=part["df"])  # fmt: skip
    check = part["proportional"]
    if check is None and len(part["levels"]) > len(CUT_ONCE):
        yield _("学校太少，比例优势假定检验不了。")
    if check is not None:
        yield _("比例优势假定的检验（Brant，设计校正）：F(%(ndf)s, %(ddf)s) = %(value)s，%(p)s", ndf=check["ndf"],
                ddf=f"{check['ddf']:g}", value=figure(check["statistic"]).text, p=p_words(check["p"]))  # fmt: skip
