"""How sure a score is, in sentences: the silent, other scorecards, errors computed another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from flask_babel import gettext as _

from app.messages import text_of
from app.numbers import fixed, percent, tell_apart

Entry = Mapping[str, Any]
FULL = 100
CLOSE, CHANCE = 0.05, 0.15  # how far errors by other ways may be off: by formula, and by 200 draws of chance
NOISE = 1e-9
FEW = 3  # names that are written out


def silent_sentence(silence: Entry, *, shares: bool) -> str:
    """What those who did not answer would have to think; `shares` where a score is a share of satisfied answers."""
    needed = silence["needed"]
    line = f"{silence['line']:g}"
    if needed is None:
        return str(_("人人都作答了，没有什么可假设的。"))
    if needed <= 0:
        return str(_("没作答的人就是全都不满意，全县也仍在 %(line)s 以上。", line=line))
    if needed > FULL:
        return str(_("没作答的人就是全都满意，全县也到不了 %(line)s。", line=line))
    words = {"needed": at_least(needed), "line": line}
    above = silence["value"] >= silence["line"]
    if shares:
        text = (
            _("没作答的人里，每 100 人至少要有 %(needed)s 人满意，全县才仍在 %(line)s 以上。", **words)
            if above
            else _("没作答的人里，每 100 人要有 %(needed)s 人满意，全县才到得了 %(line)s。", **words)
        )
    else:
        text = (
            _("没作答的人平均至少要有 %(needed)s 分，全县才仍在 %(line)s 以上。", **words)
            if above
            else _("没作答的人平均要有 %(needed)s 分，全县才到得了 %(line)s。", **words)
        )
    return str(text)


def gap_sentence(silence: Entry, decimals: int) -> str:
    """The same as a distance from those who answered; the score with as many decimals as it is published with."""
    gap, score = silence["gap"], fixed(silence["value"], decimals)
    words = {"rate": percent(silence["rate"]), "score": score, "line": f"{silence['line']:g}"}
    start = _("按权重合计，%(rate)s 的人作答了，得分 %(score)s。", **words)
    if gap is None:
        return str(start)
    words["gap"] = fixed(abs(gap))
    end = (
        _("没作答的人要比作答的人低 %(gap)s 分，得分才会降到 %(line)s。", **words)
        if gap >= 0
        else _("没作答的人要比作答的人高 %(gap)s 分，得分才会升到 %(line)s。", **words)
    )
    return f"{start}{end}"


def crossing_sentence(silence: Entry) -> str:
    """Where the curve meets the line."""
    line, gap = f"{silence['line']:g}", silence["gap"]
    if gap is None:
        return str(_("没作答的人无论怎么想，得分都越不过 %(line)s", line=line))
    if gap >= 0:
        return str(_("没作答的人低 %(gap)s 分，得分就降到 %(line)s", gap=fixed(gap), line=line))
    return str(_("没作答的人高 %(gap)s 分，得分就升到 %(line)s", gap=fixed(-gap), line=line))


def supposed_sentence(less: float, value: float, line: float) -> str:
    """The score under a supposition."""
    words = {"less": f"{abs(less):g}", "value": tell_apart(value, line, 1), "line": f"{line:g}"}
    if less == 0:
        return str(_("如果没作答的人和作答的人一样，得分就是 %(value)s。", **words))
    reached = value >= line - NOISE
    if less > 0 and reached:
        text = _("如果没作答的人比作答的人低 %(less)s 分，得分是 %(value)s，仍达到 %(line)s。", **words)
    elif less > 0:
        text = _("如果没作答的人比作答的人低 %(less)s 分，得分是 %(value)s，低于 %(line)s。", **words)
    elif reached:
        text = _("如果没作答的人比作答的人高 %(less)s 分，得分是 %(value)s，达到 %(line)s。", **words)
    else:
        text = _("如果没作答的人比作答的人高 %(less)s 分，得分是 %(value)s，仍低于 %(line)s。", **words)
    return str(text)


def needed_words(needed: float | None) -> str:
    """How many of 100 must be satisfied, as a cell of a table."""
    if needed is None:
        return str(_("人人作答"))
    if needed <= 0:
        return str(_("怎样都在线上"))
    return str(_("怎样都在线下")) if needed > FULL else at_least(needed)


def at_least(needed: float) -> str:
    """Rounded up to whole people: with one fewer the line would be missed."""
    return str(ceil(round(needed, 9)))


def schemes_sentence(rows: Sequence[Entry]) -> str:
    """By how many of the scorecards that can be used and measure satisfaction the county would pass."""
    used = [each for each in rows if each["counts"] and not each["refused"]]
    counts = {verdict: sum(each["verdict"] == verdict for each in used) for verdict in ("met", "not_met")}
    words = {"all": len(used), "met": counts["met"], "not_met": counts["not_met"]}
    words["open"] = words["all"] - words["met"] - words["not_met"]
    return str(
        _(
            "同样的答卷，按能用的 %(all)s 种算法各算一遍：%(met)s 种达标，%(not_met)s 种未达标，%(open)s 种证据不足。",
            **words,
        )
    )


def span_sentence(used: Sequence[Entry]) -> str:
    """How far apart the scorecards are."""
    values = [each["value"] for each in used]
    return str(_("算法不同，得分从 %(low)s 到 %(high)s", low=fixed(min(values)), high=fixed(max(values))))


def refusal_sentence(problems: Sequence[Entry]) -> str:
    """Why a scorecard cannot be used, in one line."""
    texts = dict.fromkeys(text_of(each["code"], _with_path(each)) for each in problems)
    return str(_("；")).join(texts)


def _with_path(problem: Entry) -> dict[str, Any]:
    return {
        "path": problem["path"],
        "value": problem["value"],
        **{name: _few(each) for name, each in problem["params"].items()},
    }


def _few(names: Any) -> Any:
    """The first names of a long list, and how many there are."""
    listed = names.split(", ") if isinstance(names, str) else names
    if not isinstance(listed, list) or len(listed) <= FEW:
        return ", ".join(listed) if isinstance(listed, list) else names
    return str(_("%(names)s 等 %(count)s 个", names=", ".join(listed[:FEW]), count=len(listed)))


def difference(error: float | None, other: float | None) -> float | None:
    """How far another way of computing an error is off, of the error by formula."""
    if error is None or other is None or error == 0:
        return None
    return other / error - 1


def errors_sentence(whole: Entry) -> str:
    """A judgement of the composite's error."""
    jackknife, bootstrap = (difference(whole["linearised"], whole[name]) for name in ("jackknife", "bootstrap"))
    if jackknife is None or bootstrap is None:
        return str(_("综合得分的标准误没有别的算法可以对照。"))
    words = {"jackknife": fixed(abs(jackknife) * 100), "bootstrap": fixed(abs(bootstrap) * 100)}
    if abs(jackknife) <= CLOSE and abs(bootstrap) <= CHANCE:
        text = _("标准误站得住：逐校剔除法相差 %(jackknife)s%%，自助法相差 %(bootstrap)s%%。", **words)
    else:
        text = _(
            "标准误要谨慎看：逐校剔除法相差 %(jackknife)s%%，自助法相差 %(bootstrap)s%%，参加的学校太少或太不均匀。",
            **words,
        )
    return str(text)
