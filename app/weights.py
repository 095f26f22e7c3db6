"""How the weights of a score came about, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.numbers import fixed

WEIGHTINGS = {"design": lazy_gettext("抽样设计"), "frame": lazy_gettext("抽样框人数")}
STEPS = {
    "base": lazy_gettext("基础"),
    "nonresponse": lazy_gettext("未应答"),
    "calibration": lazy_gettext("校准"),
    "trimming": lazy_gettext("截尾"),
}
# what a step does, by the way of weighting
DOES = {
    ("design", "base"): lazy_gettext("抽中机会的倒数：一个被邀请的人代表多少人"),
    ("design", "nonresponse"): lazy_gettext("被邀请而没有作答的人，由同校同类作答的人代表；份数太少的并入同类同层"),
    ("design", "calibration"): lazy_gettext("每类对象在各学段、各城乡都校准到抽样框的人数（迭代比例调整）"),
    ("design", "trimming"): lazy_gettext("超过本类中位数 4 倍的权重截到上限，再校准，直到两者都满足"),
    ("frame", "base"): lazy_gettext("每校每类：抽样框人数 ÷ 答卷数；份数太少的并入同类同层"),
    ("frame", "nonresponse"): lazy_gettext("整校整类没有答卷的人，由同层同类作答的人代表"),
}


@dataclass(frozen=True)
class WeightStep:
    """What a step does, and the weights after it: Kish's design effect, their sum, and the extremes."""

    name: str
    does: str
    deff: float
    sum: float
    least: float
    most: float


def list_steps(weights: Mapping[str, Any] | None) -> list[WeightStep]:
    """Every step from the first weights to the last; none where nothing was weighted."""
    if weights is None:
        return []
    return [
        WeightStep(
            name=str(STEPS[each["step"]]),
            does=str(DOES.get((weights["weighting"], each["step"]), "")),
            **{key: each[key] for key in ("deff", "sum", "least", "most")},
        )
        for each in weights["steps"]
    ]


def weights_line(weights: Mapping[str, Any] | None) -> str:
    """One line: the steps, each with Kish's design effect of the weights after it, and how many answers were cut."""
    if weights is None:
        return str(_("权重：没有加权"))
    steps = " → ".join(f"{STEPS[each['step']]} {fixed(each['deff'], 2)}" for each in weights["steps"])
    name = WEIGHTINGS[weights["weighting"]]
    line = str(_("权重：按%(name)s，各步之后的设计效应 %(steps)s", name=name, steps=steps))
    trimmed = weights["trimmed"]
    return line if not trimmed else line + str(_("；%(count)s 份答卷的权重被截到上限", count=trimmed))
