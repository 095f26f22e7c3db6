"""The verdict in two sentences: one that a mayor understands, one that a statistician accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.numbers import count, fixed, percent, tell_apart


def plain_sentence(result: Mapping[str, Any]) -> str:
    """What the verdict means, without a technical word."""
    value = result["composite"]["value"]
    words = {"score": "" if value is None else shown(result), "threshold": _number(result["threshold"])}
    if value is None:
        text = _("没有可以计分的回答，因此没有得分，也没有结论。")
    elif result["verdict"] == "met":
        text = _("全县社会认可度为 %(score)s 分，即使把调查误差算在内，也达到了 %(threshold)s 分的要求。", **words)
    elif result["verdict"] == "not_met":
        text = _("全县社会认可度为 %(score)s 分，即使把调查误差算在内，也没有达到 %(threshold)s 分的要求。", **words)
    elif result["composite"]["low"] is None:
        text = _("全县社会认可度为 %(score)s 分，但答卷太少，算不出误差，不能断定是否达到 %(threshold)s 分。", **words)
    elif result["reached"]:
        text = _(
            "全县社会认可度为 %(score)s 分，高于 %(threshold)s 分的要求，但调查误差较大，还不足以断定达标。", **words
        )
    else:
        text = _(
            "全县社会认可度为 %(score)s 分，低于 %(threshold)s 分的要求，但调查误差较大，还不足以断定未达标。", **words
        )
    return str(text)


def withheld_sentence(least: float) -> str:
    """What stands in the place of a score that the publication rule does not let out."""
    return str(_("应答率低于 %(least)s，按发布规则不公布得分。", least=percent(least, 0)))


def exact_sentence(result: Mapping[str, Any]) -> str:
    """The estimate, its interval, how it was made, and how the verdict follows."""
    whole = result["composite"]
    if whole["value"] is None:
        return str(_("综合得分没有定义：没有一份答卷有可计分的回答。"))
    facts = {
        "score": shown(result),
        "level": level_words(result),
        "low": fixed(whole["low"], result["decimals"]),
        "high": fixed(whole["high"], result["decimals"]),
        "error": fixed(whole["se"], result["decimals"]),
        "n": count(whole["n"]),
        "effective": count(whole["n_eff"]),
        "df": whole["df"],
        "line": f"{'>' if result['comparison'] == '>' else '≥'} {_number(result['threshold'])}",
    }
    if whole["low"] is None:
        text = _("综合得分 %(score)s（n = %(n)s，自由度 %(df)s），区间没有定义，因此不对“%(line)s”下结论。", **facts)
        return str(text)
    ends = {
        "met": _("整个区间满足“%(line)s”。", **facts),
        "not_met": _("整个区间都不满足“%(line)s”。", **facts),
        "not_enough_evidence": _("区间跨过门槛（%(line)s），按此区间不能下结论。", **facts),
    }
    body = _(
        "综合得分 %(score)s，%(level)s 置信区间 [%(low)s，%(high)s]，标准误 %(error)s，"
        "按学校类型分层、以学校为群，自由度 %(df)s，n = %(n)s，有效 n = %(effective)s；",
        **facts,
    )
    return f"{body}{ends[result['verdict']]}"


def shown(result: Mapping[str, Any]) -> str:
    """The composite, never rounded across its threshold."""
    return tell_apart(result["composite"]["value"], result["threshold"], result["decimals"])


def level_words(result: Mapping[str, Any]) -> str:
    """95%, or 99.9%."""
    return f"{_number(result['level'] * 100)}%"


def _number(value: float) -> str:
    return f"{value:g}"
