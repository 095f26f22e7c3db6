"""A code typed by hand, judged before it is looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.respond.submission import showable
from surveys.codes.forms import TOKEN_LENGTH, TYPED_LENGTH, is_checked
from surveys.crockford import is_spelled, normalise

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Entry:
    """`code` is there when what was typed is well formed; else `problem` says what is wrong, unless nothing was."""

    typed: str = field(default="", repr=False)
    code: str | None = field(default=None, repr=False)
    problem: str | None = None


def read_entry(typed: str | None) -> Entry:
    """What was typed, as a code or as a problem in words."""
    if typed is None:
        return Entry()
    code = normalise(typed)
    problem = _problem_with(code)
    return Entry(showable(typed[:LONGEST_SHOWN]), None if problem else code, problem)


def _problem_with(code: str) -> str | None:
    if not code:
        return str(_("请输入纸条上的答题码。"))
    if not is_spelled(code):
        return str(_("答题码里只有数字和英文字母（没有字母 U）。请检查。"))
    if len(code) not in (TYPED_LENGTH, TOKEN_LENGTH):
        return str(_("答题码是 %(expected)s 个字符，现在是 %(found)s 个。", expected=TYPED_LENGTH, found=len(code)))
    if len(code) == TYPED_LENGTH and not is_checked(code):
        return str(_("有一个字符对不上。请对照纸条再检查一遍。"))
    return None
