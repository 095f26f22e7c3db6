"""What a reader of a score must know beside the number, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.messages import CATALOGUE, text_of
from app.words import GROUPS, LOCALITIES, STAGES, word

WHOLE_COUNTY = "county"


def notice_text(code: str, params: Mapping[str, Any]) -> str:
    """The text of a notice; a code without a text of ours is shown as it is, with its particulars."""
    key = f"notice.{code}"
    if key not in CATALOGUE:
        particulars = ", ".join(f"{name}={value}" for name, value in params.items())
        return f"{code} ({particulars})" if particulars else code
    return text_of(key, {name: _in_words(name, value) for name, value in params.items()})


def stratum_word(stratum: str) -> str:
    """`urban.primary` is 城区小学, `county.public` 其他群众（全县）."""
    place, _dot, kind = stratum.partition(".")
    if place == WHOLE_COUNTY:
        return str(_("%(group)s（全县）", group=word(GROUPS, kind)) if kind else _("全县"))
    if place in LOCALITIES and kind in STAGES:
        return str(_("%(locality)s%(stage)s", locality=LOCALITIES[place], stage=STAGES[kind]))
    return stratum


def _in_words(name: str, value: Any) -> Any:
    if name == "group":
        return _("全部对象") if value is None else word(GROUPS, value)
    if name in ("stratum", "joined", "strata"):
        strata = value if isinstance(value, list | tuple) else [value]
        return _("、").join(stratum_word(str(each)) for each in strata)
    if name in ("share", "least"):
        return f"{value:.1%}"
    if isinstance(value, list | tuple):
        return _("、").join(str(each) for each in value)
    return value
