"""The signs of carelessness and arrangement as people read them: what each is, its limit, and what else it may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, lazy_gettext

from app.numbers import fixed, percent

Plain = Mapping[str, Any]
NO_LIMIT = lazy_gettext("不设界限，只供查看")


@dataclass(frozen=True)
class SignWords:
    """`limit` is filled with the limits of the run; `innocent` says how it comes about without any arrangement."""

    title: LazyString
    method: LazyString
    limit: LazyString = NO_LIMIT
    innocent: LazyString | str = ""


@dataclass(frozen=True)
class FigureWords:
    """A sentence about what was seen and what was to be expected, and how its numbers are written."""

    text: LazyString
    form: str  # a key of _WRITTEN


FORMS: Mapping[str, SignWords] = {
    "speed_certain": SignWords(
        lazy_gettext("快得来不及读题"), lazy_gettext("平均每题用的秒数"), lazy_gettext("不到 %(certain_seconds)g 秒")
    ),
    "identical_reversed": SignWords(
        lazy_gettext("自相矛盾"),
        lazy_gettext("正着问和反着问的题，选的都是同一个选项"),
        lazy_gettext("至少答了 %(fewest_answers)s 题，全部相同"),
    ),
    "duplicate": SignWords(
        lazy_gettext("同一台设备重复提交"),
        lazy_gettext("同一台设备、整份相同（本系统不记设备，只有外部数据才可能有）"),
        lazy_gettext("其余答卷中相同的不到 %(common_pattern)s"),
    ),
    "instructed": SignWords(
        lazy_gettext("没按题目要求选"),
        lazy_gettext("题目写明“请选某一项”却没有选"),
        lazy_gettext("错 %(instructed_failures)s 题"),
    ),
    "speed": SignWords(
        lazy_gettext("偏快"), lazy_gettext("平均每题用的秒数"), lazy_gettext("不到 %(suspicious_seconds)g 秒")
    ),
    "much_faster": SignWords(
        lazy_gettext("比别人快得多"),
        lazy_gettext("全县中位用时除以本份用时"),
        lazy_gettext("超过 %(relative_speed)g 倍"),
    ),
    "identical_fast": SignWords(
        lazy_gettext("又快又全选一样"),
        lazy_gettext("所有题选同一个选项，而且偏快"),
        lazy_gettext("每题不到 %(suspicious_seconds)g 秒"),
    ),
    "low_irv_fast": SignWords(
        lazy_gettext("又快又几乎不变"),
        lazy_gettext("各题答案的差别最小，而且偏快"),
        lazy_gettext("差别最小的 %(irv_tail)s，每题不到 %(suspicious_seconds)g 秒"),
    ),
    "long_string": SignWords(
        lazy_gettext("一连串相同"),
        lazy_gettext("连着选同一选项的题数，与同样水平的人相比"),
        lazy_gettext("概率小于 %(long_string_tail)s"),
        lazy_gettext("满意的人连着选同一项很正常：只供查看"),
    ),
    "long_string_fast": SignWords(
        lazy_gettext("又快又一连串相同"),
        lazy_gettext("连着选同一选项的题数超出同样水平的人，而且偏快"),
        lazy_gettext("每题不到 %(suspicious_seconds)g 秒"),
    ),
    "scatter": SignWords(
        lazy_gettext("杂乱无章"),
        lazy_gettext("与所有人的答法相差很远，前后差别又大（马氏距离）"),
        lazy_gettext("概率小于 %(mahalanobis_tail)s"),
    ),
    "high_irv": SignWords(
        lazy_gettext("忽高忽低"), lazy_gettext("各题答案的差别最大"), lazy_gettext("差别最大的 %(irv_tail)s")
    ),
    "person_total": SignWords(
        lazy_gettext("与众人相反"),
        lazy_gettext("与其他人各题平均的相关"),
        lazy_gettext("低于 %(consistency)g"),
        lazy_gettext("单独出现不说明问题：有不同看法的人也会这样"),
    ),
    "synonyms": SignWords(
        lazy_gettext("相近的题答得不相近"), lazy_gettext("同义题之间的相关"), lazy_gettext("低于 %(consistency)g")
    ),
    "antonyms": SignWords(
        lazy_gettext("相反的题答得不相反"), lazy_gettext("反义题之间的相关"), lazy_gettext("高于 %(consistency)g")
    ),
    "even_odd": SignWords(
        lazy_gettext("前后不一致"), lazy_gettext("各维度单数题与双数题的相关"), lazy_gettext("低于 %(consistency)g")
    ),
    "duplicate_common": SignWords(
        lazy_gettext("同一台设备的常见答卷"),
        lazy_gettext("同一台设备、整份相同，但这份答法很常见"),
        lazy_gettext("其余答卷中相同的达到 %(common_pattern)s"),
    ),
    "same_beyond_chance": SignWords(
        lazy_gettext("同校雷同"),
        lazy_gettext("与同校的其他答卷整份相同，巧合难以解释；全选最好的不算"),
        lazy_gettext("q 小于 %(duplicate_q)g"),
    ),
}
SCHOOLS: Mapping[str, SignWords] = {
    "uniformity": SignWords(
        lazy_gettext("答案过于整齐"),
        lazy_gettext("与其他学校同样水平的答卷相比"),
        innocent=lazy_gettext("老师逐题念给大家听时也会整齐"),
    ),
    "ceiling": SignWords(
        lazy_gettext("全选最好的人过多"),
        lazy_gettext("与本校其余答卷的水平所能预期的相比"),
        innocent=lazy_gettext("学校刚办成一件大好事时也可能"),
    ),
    "copies": SignWords(
        lazy_gettext("雷同的答卷过多"),
        lazy_gettext("同校整份相同的答卷，与凭巧合会有的相比"),
        innocent=lazy_gettext("题目少、答案集中时也会有几份相同"),
    ),
    "burst": SignWords(
        lazy_gettext("集中在短时间内提交"),
        lazy_gettext("最忙的 10 分钟和 30 分钟，与其他学校的时间分布相比"),
        innocent=lazy_gettext("在机房上课、家长会上一起填都会这样"),
    ),
    "pace": SignWords(
        lazy_gettext("又快又齐"),
        lazy_gettext("每题用时的中位数和差别，与其他学校相比"),
        innocent=lazy_gettext("手机和网络特别好的学校会快一些"),
    ),
    "level": SignWords(
        lazy_gettext("家长的评价高，学生的不高"),
        lazy_gettext("家长与学生评价之差，与其他学校相比；只看家长评价在全县偏高的学校"),
        innocent=lazy_gettext("两份问卷问的内容不同，有时差别是真的"),
    ),
    "comments": SignWords(lazy_gettext("留言雷同"), lazy_gettext("相同的留言，与其他学校相比")),
    "told": SignWords(
        lazy_gettext("说有人教怎么选"),
        lazy_gettext("回答“有人告诉过该选哪个答案”的比例，与其他学校相比"),
        innocent=lazy_gettext("有人会把老师讲解怎样填写也算进去"),
    ),
    "repeats": SignWords(
        lazy_gettext("同一部手机再次作答"),
        lazy_gettext("海报的答卷里，这部手机已经答过的比例，与其他学校相比"),
        innocent=lazy_gettext("夫妻合用手机、学校借设备给家长都会这样"),
    ),
    "funnel": SignWords(
        lazy_gettext("满意率在全县偏高"),
        lazy_gettext("漏斗图，考虑答卷多少和学校之间本来的差别"),
        innocent=lazy_gettext("办得好的学校就该高：只供查看，从不算作疑点"),
    ),
    "enrolment": SignWords(
        lazy_gettext("答卷比人数多"),
        lazy_gettext("答卷数与抽样框的人数相比"),
        lazy_gettext("多出一份就算"),
        lazy_gettext("抽样框过时也会这样，请先核对"),
    ),
}
SCHOOL_LIMIT = lazy_gettext("q 小于 %(q)g（按学校数校正）")
RULES: Mapping[str, SignWords] = {
    "candidate": SignWords(
        lazy_gettext("可考虑剔除的答卷"),
        lazy_gettext("一项确证，或两类疑点同时出现"),
        lazy_gettext("%(suspicious_needed)s 类疑点"),
    ),
    "unusual": SignWords(
        lazy_gettext("情况异常的学校"),
        lazy_gettext("两类以上互不相干的迹象同时出现，或答卷比人数多"),
        lazy_gettext("%(families)s 类迹象"),
    ),
}
KINDS = {
    "certain": lazy_gettext("确证"),
    "suspicious": lazy_gettext("疑点"),
    "kind": lazy_gettext("一类迹象"),
    "evidence": lazy_gettext("只供查看"),
}
FIGURES: Mapping[str, FigureWords] = {
    "modal_share": FigureWords(
        lazy_gettext("最常见的一份答案占 %(observed)s，同样水平的学校约 %(expected)s"), "percent"
    ),
    "entropy": FigureWords(
        lazy_gettext("同一道题上答案的分散程度为 %(observed)s，同样水平的学校约 %(expected)s（0 是人人相同）"), "number"
    ),
    "variance": FigureWords(
        lazy_gettext("人与人之间的差别（方差）为 %(observed)s，同样水平的学校约 %(expected)s"), "number"
    ),
    "top_excess": FigureWords(lazy_gettext("全选最好的人比预期多出 %(observed)s，其他学校约 %(expected)s"), "percent"),
    "most_shared": FigureWords(lazy_gettext("同一份答案最多出现 %(observed)s 次，凭巧合约 %(expected)s 次"), "count"),
    "forms_shared": FigureWords(
        lazy_gettext("与同校别人整份相同的有 %(observed)s 份，凭巧合约 %(expected)s 份"), "count"
    ),
    "burst_30": FigureWords(
        lazy_gettext("最忙的 30 分钟收到 %(observed)s 份，按其他学校的时间分布约 %(expected)s 份"), "count"
    ),
    "burst_10": FigureWords(
        lazy_gettext("最忙的 10 分钟收到 %(observed)s 份，按其他学校的时间分布约 %(expected)s 份"), "count"
    ),
    "median_seconds": FigureWords(
        lazy_gettext("每题用时的中位数为 %(observed)s 秒，其他学校约 %(expected)s 秒"), "seconds"
    ),
    "iqr_seconds": FigureWords(
        lazy_gettext("快的和慢的每题只差 %(observed)s 秒，其他学校约 %(expected)s 秒"), "seconds"
    ),
    "mean": FigureWords(lazy_gettext("家长各题平均为 %(observed)s，其他学校约 %(expected)s"), "number"),
    "gap": FigureWords(lazy_gettext("家长比学生高 %(observed)s，其他学校约 %(expected)s"), "number"),
    "repeated_share": FigureWords(lazy_gettext("重复的留言占 %(observed)s，其他学校约 %(expected)s"), "percent"),
    "told_share": FigureWords(
        lazy_gettext("%(observed)s 的人说有人告诉过该怎么选，其他学校约 %(expected)s"), "percent"
    ),
    "repeat_share": FigureWords(
        lazy_gettext("%(observed)s 的答卷来自已经答过的手机，其他学校约 %(expected)s"), "percent"
    ),
    "positive_share": FigureWords(lazy_gettext("满意的回答占 %(observed)s，全县约 %(expected)s"), "percent"),
}
SHARES = ("irv_tail", "mahalanobis_tail", "common_pattern", "long_string_tail")  # limits that are shares
_WRITTEN: Mapping[str, Callable[[float], str]] = {
    "percent": percent,
    "number": lambda value: fixed(value, 2),
    "seconds": fixed,
    "count": lambda value: fixed(value, 0),
}


def words_of(sign: str) -> SignWords | None:
    """The words for a sign of any level; None for one that has none of ours yet."""
    return FORMS.get(sign) or SCHOOLS.get(sign) or RULES.get(sign)


def write_limit(sign: str, recipe: Plain) -> str:
    """The limit of a sign as it was when the look was made."""
    words = words_of(sign)
    if words is None or (sign in SCHOOLS and words.limit is NO_LIMIT and sign != "funnel"):
        return str(SCHOOL_LIMIT) % recipe["school_rule"] if sign in SCHOOLS else ""
    limits = {**recipe["thresholds"], **recipe["school_rule"]}
    return str(words.limit) % {name: percent(each) if name in SHARES else each for name, each in limits.items()}


def write_figure(figure: Plain) -> str | None:
    """What was seen and what was to be expected, in a sentence; None where the numbers are not shown."""
    words = FIGURES.get(figure["figure"])
    if words is None or figure["observed"] is None:
        return None
    write = _WRITTEN[words.form]
    return str(words.text) % {name: write(figure[name]) for name in ("observed", "expected")}
