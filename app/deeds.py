"""The trail at the edge: telling it what was done here, and its entries in people's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import has_request_context
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from app.edge import here
from app.messages import CATALOGUE, text_of
from app.words import GROUPS, Words, word
from surveys import trail
from surveys.codes.slips import COUNTY
from surveys.trail import Checked, Deed

EVERYWHERE = trail.EVERYWHERE
MOST_PLACES = 5  # that are named; the others are counted
SHORT = 12  # signs of a digest that people compare
PAGES: Words = {  # what an endpoint shows or hands out
    "score": lazy_gettext("得分"),
    "score_file": lazy_gettext("得分表（CSV）"),
    "schools_page": lazy_gettext("各校"),
    "certainty": lazy_gettext("有多可靠"),
    "changes": lazy_gettext("历年变化"),
    "drivers_page": lazy_gettext("为什么"),
    "comments_page": lazy_gettext("留言"),
    "keywords_page": lazy_gettext("留言里的词"),
    "keywords_file": lazy_gettext("留言里的词（文件）"),
    "concordance_page": lazy_gettext("留言里一个词的前后"),
    "honesty_page": lazy_gettext("是否诚实"),
    "look_for_evidence": lazy_gettext("是否诚实"),
    "decide_exclusion": lazy_gettext("是否诚实"),
    "withdraw_exclusion": lazy_gettext("是否诚实"),
    "review": lazy_gettext("审核"),
    "packs": lazy_gettext("报告"),
    "pack_file": lazy_gettext("报告（文件）"),
    "pack_archive": lazy_gettext("学校反馈单（ZIP）"),
    "report": lazy_gettext("报告（文件）"),
    "data_page": lazy_gettext("数据"),
    "data_order": lazy_gettext("准备数据文件"),
    "order_data": lazy_gettext("准备数据文件"),
    "result_file": lazy_gettext("测评结果（数据文件）"),
    "data_file": lazy_gettext("逐份答案（数据文件）"),
    "export": lazy_gettext("数据文件"),
    "codebook": lazy_gettext("编码手册（含频数）"),
    "codebook_file": lazy_gettext("编码手册（含频数）"),
    "bench": lazy_gettext("分析台"),
    "bench_file": lazy_gettext("分析台（文件）"),
    "across": lazy_gettext("各县对照"),
    "api_evaluation": lazy_gettext("得分（API）"),
    "api_figures": lazy_gettext("全部得分数字（API）"),
    "api_study": lazy_gettext("分析（API）"),
    "api_results": lazy_gettext("结果文件（API）"),
    "api_microdata": lazy_gettext("微观数据文件（API）"),
    "trail_file": lazy_gettext("操作记录（CSV）"),
    "installation_trail_file": lazy_gettext("系统操作记录（CSV）"),
}


class _Facts(dict[str, Any]):
    """Facts for a sentence. What an entry of an older version does not have is a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


def tell(session: Any, action: str, *, campaign_id: int | None = None, **facts: Any) -> None:
    """Tell the trail, in the transaction of what was done, that whoever asked for it did it.

    What is about no campaign names the code of the `region` that it is about, `/` for all.
    """
    by = current_user.account.name if has_request_context() else trail.AT_THE_SHELL
    trail.record(session, campaign_id=campaign_id, now=here().clock(), by=by, action=action, **facts)


def deed_line(deed: Deed) -> str:
    """What was done, in a sentence without who and when; an action that has no words is its own."""
    text = CATALOGUE.get(f"trail.{deed.action}")
    return deed.action if text is None else str(text) % _shown(deed.facts)


def action_word(action: str) -> str:
    """An action to choose from a list: its sentence, without what differs from entry to entry."""
    text = CATALOGUE.get(f"trail.{action}")
    return action if text is None else str(text) % _Elided()


def chain_line(found: Checked) -> str:
    """Whether a chain is as it was told, or where it first differs."""
    chain = _("系统") if found.campaign is None else found.campaign
    if found.fault is not None:
        return text_of(f"chain.{found.fault.kind}", {"chain": chain, "number": found.fault.number})
    kind = "whole" if found.whole else "so_far"
    return text_of(f"chain.{kind}", {"chain": chain, "number": found.number, "scores": found.scores})


class _Elided(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _shown(facts: Mapping[str, Any]) -> _Facts:
    shown = _Facts({key: value for key, value in facts.items() if isinstance(value, str | int | float)})
    shown["place"] = _places(facts)
    if "group" in facts:
        shown["group"] = word(GROUPS, facts["group"])
    if "what" in facts:
        shown["what"] = word(PAGES, facts["what"])
    if "evaluation" in facts:
        shown["what"] += _("（第 %(number)s 次测评）", number=facts["evaluation"])
    if isinstance(facts.get("digest"), str):
        shown["digest"] = facts["digest"][:SHORT]
    if isinstance(facts.get("places"), list):
        shown["places"] = len(facts["places"])
    return shown


def _places(facts: Mapping[str, Any]) -> str:
    """Where codes, forms or people belong: each place with its group and school."""
    given = facts.get("places")
    part = facts.get("part")
    if part and not part["school"]:
        return str(_("各校"))
    places = given if isinstance(given, list) else [part or facts]
    named = [_place(each) for each in places[:MOST_PLACES]]
    more = [_("等 %(count)s 处", count=len(places))] if len(places) > MOST_PLACES else []
    return str(_("、")).join([*named, *more])


def _place(given: Mapping[str, Any]) -> str:
    school = given.get("school")
    parts = (
        word(GROUPS, given.get("group")) or _("各类对象"),
        _("全县") if school in (None, "", COUNTY) else str(school),
        str(given["count"]) if "count" in given and "kind" in given else "",
    )
    return " ".join(part for part in parts if part)
