"""What the overall judgement goes with, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.numbers import count, fixed, percent
from app.words import GROUPS, word

Entry = Mapping[str, Any]
STRONG = 0.6  # a mean correlation among dimensions above which weights come out much alike


def group_sentence(rows: Sequence[Entry]) -> str:
    """The dimension with the largest weight, and, where that is known, the one to begin with."""
    first = max(rows, key=lambda each: each["share"])
    words = {"first": first["label"], "share": percent(first["share"], 0)}
    start = _("总体评价与“%(first)s”最一致，占能解释部分的 %(share)s", **words)
    begin = max(rows, key=lambda each: each["priority"] or 0.0)
    if not begin["priority"]:
        return str(_("%(start)s。", start=start))
    return str(_("%(start)s；权重与不满意合起来看，先看“%(begin)s”。", start=start, begin=begin["label"]))


def halo_sentence(group: Entry) -> str:
    """How much is described, and how far everything goes together."""
    words = {"r2": percent(group["r2"], 0), "together": fixed(group["together"], 2), "n": count(group["n"])}
    text = _(
        "各维度合起来能解释总体评价差别的 %(r2)s，维度之间的平均相关为 %(together)s，完整作答 n = %(n)s。", **words
    )
    if group["together"] < STRONG:
        return str(text)
    more = _("相关很高，说明不少人是一概满意或一概不满意，权重之间的差别要从宽看。")
    return f"{text}{more}"


def absent_sentence(group: Entry, *, hidden: bool) -> str:
    """Why a group is left out."""
    words = {"group": word(GROUPS, group["group"]), "n": count(group["n"]), "needed": count(group["needed"])}
    if hidden:
        return str(_("%(group)s：按发布规则不单独列出。", **words))
    texts = {
        "no_overall": _("%(group)s：问卷里没有人人都答的总体评价题。", **words),
        "dimensions": _("%(group)s：人人都答的维度不到两个，或者超过十二个。", **words),
        "few": _("%(group)s：完整作答的只有 %(n)s 人，至少要 %(needed)s 人。", **words),
        "flat": _("%(group)s：有的题目人人回答一样，看不出关系。", **words),
    }
    return str(texts[group["why"]])
