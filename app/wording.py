"""Key words of comments as people and programs read them: how they were made, and as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from app.numbers import NOTHING, count, fixed, percent
from app.spreadsheets import Cell, write_csv
from app.words import GROUPS, word
from surveys.campaigns import CampaignView
from surveys.comments import KeyWord, KeyWords, WordShelf

LEAST_P = 0.001


def method_sentence(found: KeyWords) -> str:
    """How the words were counted and compared, and what they do not say."""
    return str(
        _(
            "按留言的条数计：一条里写几次都算一次；先遮去姓名和号码，再分词，少于 %(fewest)s 条的词不列。"
            "“更常说”与其他对象的留言相比：带先验的对数比值比（先验相当于 %(prior)s 条；"
            "Monroe、Colaresi、Quinn，2008），z 是它除以标准误，p 按看过的词数校正（Benjamini–Hochberg），"
            "不超过 %(alpha)s 才算。"
            "占比附 Wilson %(level)s 置信区间。留言没有加权，也看不出来自哪所学校：说的是写了留言的人，不是全县；"
            "同一所学校的人写得相像时，真正的误差还要大些。",
            fewest=found.fewest,
            prior=f"{found.prior:g}",
            alpha=f"{1 - found.level:g}",
            level=f"{found.level:.0%}",
        )
    )


def part_sentence(shelf: WordShelf) -> str:
    """How many comments were counted, where not all were; otherwise nothing."""
    if shelf.count is None or shelf.read == shelf.count:
        return ""
    words = {"group": word(GROUPS, shelf.group), "read": count(shelf.read), "count": count(shelf.count)}
    return str(_("%(group)s有 %(count)s 条留言，这里只数了随机的 %(read)s 条。", **words))


def share_of_rest(each: KeyWord) -> str:
    """The share of the others; what it cannot exceed where some of them have too few to tell."""
    return NOTHING if each.rest is None else f"{'≤' if each.at_most else ''}{percent(each.rest)}"


def p_of(each: KeyWord) -> str:
    """The corrected p, never 0."""
    if each.adjusted is None:
        return NOTHING
    return f"<{LEAST_P:g}" if each.adjusted < LEAST_P else fixed(each.adjusted, 3)


def csv_of(campaign: CampaignView, found: KeyWords) -> bytes:
    """A line for each word of each group, each with the method."""
    heads = [
        _("调查对象"), _("词"), _("有这个词的留言"), _("数过的留言"), _("占比"), _("区间下限"), _("区间上限"),
        _("其他对象的占比"), _("只是上限"), "z", _("校正后的 p"), _("更常说"), _("批次"), _("数据性质"),
        _("怎样算出来的"),
    ]  # fmt: skip
    facts = (campaign.name, _("模拟数据") if campaign.simulated else "", method_sentence(found))
    return write_csv(heads, ((*row, *facts) for row in _rows(found)))


def _rows(found: KeyWords) -> Iterator[tuple[Cell, ...]]:
    for shelf in found.shelves:
        for each in shelf.words:
            yield (
                word(GROUPS, shelf.group), each.word, each.count, shelf.read, *map(_settled, (each.share, each.low)),
                *map(_settled, (each.high, each.rest)), _yes(each.at_most), _settled(each.z), _settled(each.adjusted),
                _yes(each.more),
            )  # fmt: skip


def plain(campaign: CampaignView, found: KeyWords, group: str | None = None) -> dict[str, Any]:
    """Everything that may be shown, as JSON."""
    return {
        "campaign": campaign.name,
        "simulated": campaign.simulated,
        "method": method_sentence(found),
        "fewest": found.fewest,
        "level": found.level,
        "prior": found.prior,
        "groups": [_plain_shelf(each) for each in found.shelves if group in (None, each.group)],
    }


def _plain_shelf(shelf: WordShelf) -> dict[str, Any]:
    words = [{name: _settled(value) for name, value in vars(each).items()} for each in shelf.words]
    counted = {"read": shelf.read, "rest": shelf.rest, "tests": shelf.tests}
    return {"group": shelf.group, "comments": shelf.count, **counted, "words": words}


def _settled(value: Any) -> Any:
    """Numbers without the noise of binary arithmetic."""
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _yes(truth: bool) -> str:
    return _("是") if truth else ""
