"""How sure a score is, as three answers to three questions that are never mixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.numbers import fixed

Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """A question that a reader may have, the figure that answers it, and what the figure rests on."""

    question: str
    figure: str
    basis: str


def statements(result: Numbers) -> list[Statement]:
    """Schools as examples; this county in this term; those who did not answer. Older results have only the first."""
    found = [_process(result)]
    if result.get("term") is not None:
        found.append(_term(result))
    silence = result.get("silence")
    if silence is not None and silence["composite"] is not None:
        found.append(_silence(result, silence["composite"]))
    return found


def _process(result: Numbers) -> Statement:
    return Statement(
        _("换一批同样的学校、同样的学期，得分会差多少？"),
        _interval(result["composite"], result),
        _("把本县学校看作这类学校的例子，学校之间的差别也算误差；结论以它为准。"),
    )


def _term(result: Numbers) -> Statement:
    return Statement(
        _("就本县这一次，要是人人都作答，得分会是多少？"),
        _interval(result["term"], result),
        _("学校全都参加，只有校内谁作答是偶然的；假定同校同类的人里，没作答的与作答的想法一样。"),
    )


def _silence(result: Numbers, whole: Numbers) -> Statement:
    words = {
        "rate": _share(whole["response_rate"]),
        "low": _points(whole["low"], result),
        "high": _points(whole["high"], result),
    }
    return Statement(
        _("要是没作答的人想法不一样呢？"),
        _("[%(low)s，%(high)s]", **words),
        _("作答的人按权重合计占 %(rate)s；区间两端是没作答的人全不满意、全满意的得分。", **words) + _gap(result, whole),
    )


def _gap(result: Numbers, whole: Numbers) -> str:
    gap = whole["tipping_gap"]
    line = f"{result['threshold']:g}"
    if gap is None:
        return ""
    if not whole["reachable"]:
        return str(_("无论他们怎么想，得分都越不过 %(line)s 分这条线。", line=line))
    if gap >= 0:
        return str(_("他们要比作答的人低 %(gap)s 分，得分才会降到 %(line)s。", gap=_points(gap, result), line=line))
    return str(_("他们要比作答的人高 %(gap)s 分，得分才会升到 %(line)s。", gap=_points(-gap, result), line=line))


def _interval(numbers: Numbers, result: Numbers) -> str:
    if numbers["low"] is None:
        return str(_("区间没有定义"))
    return str(_("[%(low)s，%(high)s]", low=_points(numbers["low"], result), high=_points(numbers["high"], result)))


def _points(value: float, result: Numbers) -> str:
    return fixed(value, result["decimals"])


def _share(value: float) -> str:
    return f"{fixed(value * 100, 1)}%"
