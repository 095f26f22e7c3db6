"""What a reader of a score must know beside the number, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.messages import CATALOGUE, text_of
from app.words import GROUPS, LOCALITIES, STAGES, word

WHOLE_COUNTY = "county"
Particulars = Mapping[str, Any]


def notice_lines(notices: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each kind of notice, in the order in which they first come: one may speak of many groups."""
    gathered: dict[str, list[Particulars]] = {}
    for notice in notices:
        gathered.setdefault(notice["code"], []).append(notice["params"])
    return [line for code, all_params in gathered.items() for line in _lines(code, all_params)]


def stratum_word(stratum: str) -> str:
    """`urban.primary` is 城区小学, `county.public` 其他群众（全县）."""
    place, _dot, kind = stratum.partition(".")
    if place == WHOLE_COUNTY:
        return str(_("%(group)s（全县）", group=word(GROUPS, kind)) if kind else _("全县"))
    if place in LOCALITIES and kind in STAGES:
        return str(_("%(locality)s%(stage)s", locality=LOCALITIES[place], stage=STAGES[kind]))
    return stratum


def _lines(code: str, all_params: Sequence[Particulars]) -> list[str]:
    """One sentence with a list where the code has a text for `each`, else a sentence for each."""
    key = f"notice.{code}"
    if key not in CATALOGUE:
        return [_bare(code, params) for params in all_params]
    spoken = [{name: _in_words(name, value) for name, value in params.items()} for params in all_params]
    if f"{key}.each" not in CATALOGUE:
        return [text_of(key, params) for params in spoken]
    each = _("、").join(text_of(f"{key}.each", params) for params in spoken)
    return [text_of(key, {**spoken[0], "each": each})]


def _bare(code: str, params: Particulars) -> str:
    """A code that has no text of ours yet, with its particulars, is better than silence."""
    particulars = ", ".join(f"{name}={value}" for name, value in params.items())
    return f"{code} ({particulars})" if particulars else code


def _in_words(name: str, value: Any) -> Any:
    if name == "group":
        return _("全部对象") if value is None else word(GROUPS, value)
    if name == "locality":
        return word(LOCALITIES, value)
    if name in ("stratum", "joined"):
        strata = value if isinstance(value, list | tuple) else [value]
        return _("、").join(stratum_word(str(each)) for each in strata)
    if name in ("share", "least"):
        return f"{value:.1%}"
    return "" if value is None else value
