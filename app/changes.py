"""What a study over time says, in sentences for more than one door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from app.messages import text_of
from app.numbers import fixed
from app.words import GROUPS, word

Entry = Mapping[str, Any]
FOUND = 0.05  # what a corrected probability has to stay under


def change_sentence(compared: Entry, decimals: int) -> str:
    """How the composite of the same questions moved, and whether that is more than chance."""
    whole = compared["composite"]
    if whole is None:
        return str(_("两次没有相同的题可以合成得分，不能比较。"))
    if whole["value"] is None:
        return str(_("综合得分按发布规则不公布，变化也不公布。"))
    facts = {
        "shared": compared["shared"],
        "before": fixed(whole["before"], decimals),
        "after": fixed(whole["after"], decimals),
        "change": signed(whole["value"], decimals),
    }
    moved = _(
        "按两次都问了的 %(shared)s 道题、用现在的计分方案算，综合得分从 %(before)s 变为 %(after)s，变化 %(change)s 分",
        **facts,
    )
    return f"{moved}{_ending(whole, decimals)}"


def change_headline(compared: Entry, decimals: int) -> str:
    """The same in a few words, for above a chart."""
    whole = compared["composite"]
    if whole is None or whole["value"] is None:
        return str(_("历次得分"))
    change = signed(whole["value"], decimals)
    if is_clear(whole):
        return str(_("与上一次相比，综合得分 %(change)s 分，超出了抽样误差", change=change))
    return str(_("与上一次相比，综合得分 %(change)s 分，没有超出抽样误差", change=change))


def _ending(whole: Entry, decimals: int) -> str:
    if whole["low"] is None:
        return str(_("；误差没有定义。"))
    limits = {"low": signed(whole["low"], decimals), "high": signed(whole["high"], decimals)}
    if is_clear(whole):
        return str(_("（95%% 区间 %(low)s 到 %(high)s），超出了抽样误差。", **limits))
    return str(_("（95%% 区间 %(low)s 到 %(high)s），没有超出抽样误差，不能说变好或变差。", **limits))


def is_clear(row: Entry) -> bool:
    """Whether a change is more than chance, counting how many were looked at."""
    p = row.get("p_adjusted", row["p"])
    return p is not None and p <= FOUND


def side_of(row: Entry) -> str:
    """better, same, worse."""
    if not is_clear(row):
        return "same"
    return "better" if row["value"] > 0 else "worse"


def signed(value: float | None, decimals: int = 1) -> str:
    """A change with its sign; a minus as long as the plus."""
    shown = fixed(value, decimals)
    if value is None or float(shown) == 0:
        return shown.removeprefix("-")
    return f"+{shown}" if value > 0 else f"−{shown.removeprefix('-')}"


def cautions(compared: Entry) -> Iterator[str]:
    """What has to be known beside a change."""
    yield text_of("changes.composite", {})
    for code in compared["differs"]:
        yield text_of(f"changes.differs.{code}", {})
    apart = compared["groups_apart"]
    if apart["only_before"]:
        yield str(_("只在上次作答、没有算进来的对象：%(groups)s。", groups=_groups(apart["only_before"])))
    if apart["only_after"]:
        yield str(_("只在这次作答、没有算进来的对象：%(groups)s。", groups=_groups(apart["only_after"])))
    schools = compared["schools"]
    if schools is not None:
        yield str(
            _(
                "两次都作答的学校 %(both)s 所，同一所学校的前后算作相关；"
                "只在上次的 %(before)s 所，只在这次的 %(after)s 所。",
                **schools,
            )
        )


def _groups(groups: Iterable[str]) -> str:
    return str(_("、").join(word(GROUPS, group) for group in groups))
