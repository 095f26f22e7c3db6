"""What a study of schools says, in sentences for more than one door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.numbers import fixed, percent
from app.words import LOCALITIES, STAGES, Words, word

Entry = Mapping[str, Any]
KINDS: Mapping[str, Words] = {"locality": LOCALITIES, "stage": STAGES}
FOUND = 0.05  # what a corrected probability has to stay under


def spread_sentence(spread: Entry) -> str:
    """How much schools differ, and what of it is chance."""
    if spread["chance"] is None:
        return str(_("各校得分完全一样。"))
    seen = fixed(spread["observed"])
    if spread["deviation"] == 0:
        return str(
            _("各校得分的标准差是 %(seen)s 分，但由谁作答这样的偶然就足以造成，看不出学校之间真有差别。", seen=seen)
        )
    return str(
        _(
            "各校得分有高有低，标准差 %(seen)s 分；这些差别里约 %(chance)s 出于偶然，即由谁作答。",
            seen=seen,
            chance=percent(spread["chance"], 0),
        )
    )


def coefficient_sentence(spread: Entry) -> str:
    """What is left without chance: the official coefficient with its interval; nothing where nothing is left."""
    if spread["chance"] is None or spread["deviation"] == 0:
        return ""
    return str(
        _(
            "去掉偶然，学校之间的标准差是 %(left)s 分，校际差异系数为 %(coefficient)s"
            "（95%% 区间 %(low)s – %(high)s）。",
            left=fixed(spread["deviation"]),
            coefficient=fixed(spread["coefficient"], 3),
            low=fixed(spread["low"], 3),
            high=fixed(spread["high"], 3),
        )
    )


def beside_sentence(limits: Sequence[tuple[float, float]], level: float | None) -> str:
    """How many schools can be told from what they are held against: whose whole interval lies above or below it."""
    if level is None:
        return str(_("%(schools)s 所学校的得分和区间", schools=len(limits)))
    above = sum(low > level for low, _high in limits)
    below = sum(high < level for _low, high in limits)
    return str(
        _(
            "%(schools)s 所学校中，%(above)s 所高于共同水平，%(below)s 所低于共同水平，"
            "其余 %(across)s 所与它分不出高低。",
            schools=len(limits),
            above=above,
            below=below,
            across=len(limits) - above - below,
        )
    )


def outliers_sentence(names: Sequence[str], schools: int) -> str:
    """Which schools lie further out than chance and usual differences explain."""
    if not names:
        return str(_("%(schools)s 所学校中，没有一所超出偶然和常见差别所能解释的范围。", schools=schools))
    return str(
        _(
            "%(schools)s 所学校中有 %(count)s 所超出偶然和常见差别所能解释的范围：%(names)s。",
            schools=schools,
            count=len(names),
            names=_("、").join(names),
        )
    )


def kinds_sentence(by: str, pairs: Sequence[Entry]) -> str:
    """Which kinds of school differ once the number of comparisons is counted."""
    tested = [pair for pair in pairs if pair["p_holm"] is not None]
    if not tested:
        return str(_("学校太少，不能比较。"))
    clear = [_pair(by, pair) for pair in tested if pair["p_holm"] <= FOUND]
    if not clear:
        return str(_("各类学校之间的差别都没有超出抽样误差。"))
    return str(_("%(pairs)s；其余差别没有超出抽样误差。", pairs=_("，").join(clear)) if len(clear) < len(tested)
               else _("%(pairs)s。", pairs=_("，").join(clear)))  # fmt: skip


def _pair(by: str, pair: Entry) -> str:
    first, second = (word(KINDS[by], pair[side]) for side in ("first", "second"))
    higher, lower = (first, second) if pair["value"] > 0 else (second, first)
    return str(_("%(higher)s比%(lower)s高 %(points)s 分", higher=higher, lower=lower, points=fixed(abs(pair["value"]))))
