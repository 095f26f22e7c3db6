"""The bench in people's words: labels, why a figure is not there, and the sentence that says how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.i18n import in_language
from app.numbers import count, fixed
from app.words import CHANNELS, DIMENSIONS, GROUPS, LOCALITIES, STAGES, Words, word
from surveys.bench import Result

Plain = Mapping[str, Any]
KINDS: Words = {
    "crosstab": lazy_gettext("交叉表"),
    "means": lazy_gettext("平均水平"),
    "shares": lazy_gettext("满意占比"),
    "reliability": lazy_gettext("信度"),
    "factors": lazy_gettext("因子结构"),
    "drivers": lazy_gettext("驱动因素"),
    "ordinal": lazy_gettext("有序回归"),
}
VARIABLES: Words = {
    "group": lazy_gettext("调查对象"),
    "stage": lazy_gettext("学段"),
    "locality": lazy_gettext("城乡"),
    "channel": lazy_gettext("作答方式"),
    "overall": lazy_gettext("总体评价"),
}
FIELDS: Words = {
    "kind": lazy_gettext("哪种分析"),
    "groups": lazy_gettext("调查对象"),
    "rows": lazy_gettext("行变量"),
    "columns": lazy_gettext("列变量"),
    "items": lazy_gettext("题目或维度"),
    "by": lazy_gettext("按什么分"),
    "outcome": lazy_gettext("结果变量"),
    "on": lazy_gettext("解释变量"),
    "where": lazy_gettext("条件"),
    "positive": lazy_gettext("算作满意的选项代码"),
    "reverse": lazy_gettext("反向题"),
    "factors": lazy_gettext("因子个数"),
    "correction": lazy_gettext("多重比较的校正"),
    "level": lazy_gettext("置信水平"),
    "out": lazy_gettext("写入的文件"),
}
WEIGHTINGS: Words = {
    "design": lazy_gettext("按抽样概率加权"),
    "frame": lazy_gettext("按抽样框加权"),
    "none": lazy_gettext("不加权"),
}
CORRECTIONS: Words = {
    "holm": lazy_gettext("Holm（控制出现任何一个误报的机会）"),
    "benjamini-hochberg": lazy_gettext("Benjamini–Hochberg（控制误报的比例）"),
    "none": lazy_gettext("不校正"),
}
SHORT_CORRECTIONS = {"holm": "Holm", "benjamini-hochberg": "Benjamini–Hochberg"}
OWN: Words = {
    "positive": lazy_gettext("满意（计分方案）"),
    "others": lazy_gettext("其他选项"),
    "everybody": lazy_gettext("全部"),
    "chosen": lazy_gettext("所选题目"),
}
WORDS: Mapping[str, Words] = {
    "groups": GROUPS,
    "stages": STAGES,
    "localities": LOCALITIES,
    "channels": CHANNELS,
    "dimensions": DIMENSIONS,
    "variables": VARIABLES,
    "bench": OWN,
}
WHY: Words = {
    "few": lazy_gettext("人数太少，不能算"),
    "nobody": lazy_gettext("没有人两样都答了"),
    "hidden": lazy_gettext("有的格子人数太少而没有显示，检验和由它推得出的数也不显示"),
    "one_category": lazy_gettext("只有一个类别，没有可比的"),
    "clusters": lazy_gettext("学校太少，做不了检验"),
    "empty": lazy_gettext("空格太多，做不了检验；可以减少类别"),
    "flat": lazy_gettext("回答都一样，或者学校之间没有差别，算不出来"),
    "fixed": lazy_gettext("所有人回答相同（或只在一个抽样单位里）的类别无法检验，除去它们剩下不到两类"),
    "items": lazy_gettext("这类对象答的题目太少，至少要两道（因子分析三道）"),
    "factors": lazy_gettext("因子太多，请减少"),
    "separated": lazy_gettext("有的类别里回答全都一样，模型收敛不了；可以减少类别或解释变量"),
}
NOTICES: Words = {
    "small": lazy_gettext("含小样本，勿外传：有的数字只关系到不足 %(smallest)s 个人。"),
    "guarded": lazy_gettext(
        "人数取到十位，百分比和分数取到整数；不足 %(smallest)s 人的类别与相邻的合并，合并不了的格子不显示。"
    ),
    "coarse": lazy_gettext("有的格子不足 %(smallest)s 人，所以选项合并成“满意”和“其他选项”。"),
    "hidden": lazy_gettext("不足 %(smallest)s 人的格子，以及能用来推算它们的格子，没有显示。"),
}


def label_of(label: Plain) -> str:
    """A label as the reader's language has it."""
    if "parts" in label:
        return str(_("、")).join(label_of(each) for each in label["parts"])
    text = word(WORDS[label["words"]], label["key"]) if "words" in label else in_language(label["text"])
    return str(_("%(question)s（各份问卷问法不同）", question=text)) if label.get("varied") else text


def variable_label(result: Result, name: str) -> str:
    label = result.about.get(name)
    return name if label is None else label_of(label.plain())


def why_line(part: Plain) -> str:
    return word(WHY, part["why"])


def notice_lines(result: Result) -> list[str]:
    return [str(NOTICES[each["code"]]) % each["params"] for each in result.notices]


def p_words(p: float | None) -> str:
    """p as journals print it."""
    if p is None:
        return "—"
    return "p < 0.001" if p < 0.001 else f"p = {fixed(p, 3)}"


def test_line(part: Plain, result: Result) -> str:
    """One test in a line: the statistic, its degrees of freedom, p, the corrected p, the size of the effect."""
    test = part["test"]
    if test is None:
        return why_line(part) if part["why"] else ""
    name = _("Rao–Scott 校正") if test["test"] == "rao-scott" else _("设计 Wald 检验")
    degrees = f"{test['ndf']:.4g}, {test['ddf']:.4g}"
    line = f"{name} F({degrees}) = {fixed(test['statistic'], 2)}" + _("，") + p_words(test["p"])
    if test["family"] > 1 and result.request.correction != "none":
        line += _("，校正后 %(p)s（%(how)s，共 %(count)s 个检验）", p=p_words(test["p_adjusted"]),
                  how=SHORT_CORRECTIONS[result.request.correction], count=test["family"])  # fmt: skip
    if part.get("effect") is not None:
        line += _("，关联强度 Cramér V = %(value)s", value=fixed(part["effect"], 2))
    return str(line)


def reading_line(part: Plain, result: Result) -> str:
    """What a test says, for somebody who does not read tests; nothing where there is none."""
    test = part["test"]
    if test is None:
        return ""
    p = test["p_adjusted"]
    if p is None:
        return ""
    corrected = test["family"] > 1 and result.request.correction != "none"
    words = {"p": _("校正后 %(p)s", p=p_words(p)) if corrected else p_words(p)}
    if p < 1 - result.request.level:
        return str(_("各类之间有差别（%(p)s）：这样大的差别，光靠偶然很少出现。", **words))
    return str(_("看不出各类之间有差别（%(p)s）：这样的差别，偶然也会有；不等于没有差别。", **words))


def who_line(result: Result) -> str:
    """Whose answers these are, and how many."""
    groups = _("、").join(word(GROUPS, each) for each in result.request.groups) or _("全部对象")
    where = "".join(
        _("，只看 %(name)s 为 %(codes)s 的", name=variable_label(result, name), codes="/".join(map(str, codes)))
        for name, codes in result.request.where
    )
    return str(_("%(groups)s%(where)s，n = %(n)s，有效 n = %(effective)s", groups=groups, where=where,
             n=told(result.base["people"], result), effective=told(result.base["n_eff"], result)))  # fmt: skip


def told(n: float | None, result: Result) -> str:
    """A number of people; that they are few where it is not told."""
    return str(_("不足 %(smallest)s", smallest=result.smallest)) if n is None else count(n)


def method_sentence(result: Result) -> str:
    """How the figures were made, in one sentence that goes wherever they go."""
    parts = [*_of_kind(result), who_line(result), _design(result), _level(result), *_family(result)]
    made = _("数据：%(name)s 第 %(number)s 次测评（%(card)s，%(weighting)s）", name=result.campaign,
             number=result.evaluation, card=result.base["scorecard"],
             weighting=word(WEIGHTINGS, result.base["weighting"]))  # fmt: skip
    simulated = [_("模拟数据")] if result.simulated else []
    return str(_("；").join([*parts, made, *simulated]) + _("。"))


def _of_kind(result: Result) -> list[str]:
    request = result.request
    match request.kind:
        case "crosstab":
            return [_("加权列联表"), _("Rao–Scott 二阶校正 F 检验"), _("占比的区间为 logit 变换的 t 区间")]
        case "means":
            return [_("加权平均水平，0 为最差的选项、100 为最好的"), _("差异用线性化标准误的 Wald 检验")]
        case "shares":
            codes = _("选项 %(codes)s", codes=", ".join(map(str, request.positive))) if request.positive else ""
            what = codes or _("计分方案的满意选项")
            return [_("加权占比（%(what)s），分母为有效回答", what=what), _("差异用线性化标准误的 Wald 检验")]
        case "reliability":
            return [
                _("α 由加权协方差算出，区间为 log(1−α) 的线性化 t 区间"),
                _("有序 α 由加权多分格相关算出，ω 为单因子极大似然的 ω 总系数"),
                _("只用每题都有效的答卷"),
            ]
        case "factors":
            return [*_of_factors(result), _("只用每题都有效的答卷")]
        case "drivers":
            return [
                _("Johnson 相对权重，旁列 Shapley（LMG）分解"),
                _("区间为按学校重抽的自助法（%(count)s 次）", count=_first(result).get("replicates", 0)),
                _("说的是相关，不是因果"),
            ]
        case _:
            return [_("加权比例优势（有序 logit）模型"), _("线性化（夹心）标准误，各项用 Wald F 检验")]


def _of_factors(result: Result) -> list[str]:
    part = _first(result)
    used = _("普通（Pearson）相关") if part.get("correlations") == "pearson" else _("多分格相关")
    how = (
        _("因子数由使用者给定")
        if result.request.factors
        else _("因子数由平行分析（Horn，%(quantile)s 分位）定", quantile="95%")
    )
    return [_("加权%(used)s的极大似然因子分析，方差最大（varimax）旋转", used=used), how,
            _("KMO 和 Bartlett 检验由未加权的普通相关算出")]  # fmt: skip


def _first(result: Result) -> Plain:
    return result.parts[0] if result.parts else {}


def _design(result: Result) -> str:
    design = result.design
    return str(_("初级抽样单位（PSU）为学校（校外的人单独成群），层为城乡×学段（只有一校的层与相邻层合并），"
                 "按有放回抽样近似，%(clusters)s 个单位、%(strata)s 层，自由度 %(df)s",
             clusters=count(design["clusters"]), strata=design["strata"], df=count(design["df"])))  # fmt: skip


def _level(result: Result) -> str:
    return str(_("置信水平 %(level)s", level=f"{result.request.level * 100:g}%"))


def _family(result: Result) -> list[str]:
    """How p was corrected where there is more than one."""
    request = result.request
    tests = [part["test"] for part in result.parts if part.get("test")]
    many = len(tests) > 1 or any(len(part.get("pairs", ())) > 1 for part in result.parts)
    if not many:
        return []
    if request.correction == "none":
        return [_("p 值没有按检验个数校正")]
    return [_("p 值按 %(how)s 校正", how=SHORT_CORRECTIONS[request.correction])]
