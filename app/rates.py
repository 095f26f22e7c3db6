"""Which rate a rate is: the response of those on a list, or how many took part where nobody knows who was asked."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.numbers import percent
from app.words import Words

RATES: Words = {
    "": lazy_gettext("应答率"),
    "response": lazy_gettext("应答率"),
    "participation": lazy_gettext("参与率"),
    "mixed": lazy_gettext("应答率和参与率合计"),
}
OPEN = ("participation", "mixed")


def rate_head(kinds: Collection[str]) -> str:
    """The heading of a column of rates of these kinds; where they are several, a star tells them apart."""
    if set(kinds) <= {"participation"} and kinds:
        return str(RATES["participation"])
    return str(_("应答率（*参与率）") if _is_starred(kinds) else RATES["response"])


def tell_rate(rate: float | None, kind: str, among: Collection[str]) -> str:
    """A rate as it stands in a column of rates of the kinds `among`."""
    starred = rate is not None and kind in OPEN and _is_starred(among)
    return percent(rate) + ("*" if starred else "")


def rate_note(kinds: Collection[str]) -> str:
    """What the star means, or that no rate of the table is a response rate; nothing where all are."""
    if _is_starred(kinds):
        return str(_("* 没有应访名单（扫海报作答）的对象只有参与率，即答卷数 ÷ 人数；合计里有这样的对象，也带星号。"))
    if "participation" in kinds:
        return str(_("没有应访名单（扫海报作答），所以只有参与率，即答卷数 ÷ 人数，不能当作应答率。"))
    return ""


def _is_starred(kinds: Collection[str]) -> bool:
    return any(kind in OPEN for kind in kinds) and set(kinds) != {"participation"}
