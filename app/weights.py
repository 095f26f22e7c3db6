"""How the weights of a score came about, in words."""

from __future__ import annotations

from collections.abc import Mapping
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


def weights_line(weights: Mapping[str, Any] | None) -> str:
    """One line: the steps, each with Kish's design effect of the weights after it, and how many answers were cut."""
    if weights is None:
        return str(_("权重：没有加权"))
    steps = " → ".join(f"{STEPS[each['step']]} {fixed(each['deff'], 2)}" for each in weights["steps"])
    name = WEIGHTINGS[weights["weighting"]]
    line = str(_("权重：按%(name)s，各步之后的设计效应 %(steps)s", name=name, steps=steps))
    trimmed = weights["trimmed"]
    return line if not trimmed else line + str(_("；%(count)s 份答卷的权重被截到上限", count=trimmed))
