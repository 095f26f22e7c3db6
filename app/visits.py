"""Check forms in people's words: from the schools that were drawn to what is printed."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from app.draws import list_name
from app.i18n import current_language, in_language, local_time
from app.review import ANSWERS, POINTS
from app.words import GROUPS, LOCALITIES, STAGES, word
from surveys.campaigns import CampaignView
from surveys.groups import GROUPS as ORDER
from surveys.reports.visits import VisitForm, VisitSheet
from surveys.review.drawing import Draw
from surveys.review.forms import Errand


def lay_out_sheet(campaign: CampaignView, draw: Draw) -> VisitSheet:
    """What all forms of a draw share."""
    seeded = _("第 %(number)s 次抽签 %(when)s，种子 %(seed)s，摘要 %(digest)s", number=draw.number,
               when=local_time(draw.at, "%Y-%m-%d"), seed=draw.seed, digest=draw.digest[:12])  # fmt: skip
    return VisitSheet(
        language=current_language()[:2],
        title=in_language(campaign.title),
        county=campaign.county_name,
        draw=str(seeded),
        simulated=campaign.simulated,
        words=_words(),
        points=tuple(str(text) for text in POINTS.values()),
    )


def lay_out_forms(errands: Sequence[Errand]) -> tuple[VisitForm, ...]:
    """A form for each school."""
    return tuple(_form(each) for each in errands)


def _form(errand: Errand) -> VisitForm:
    school = errand.school
    about = ((_("学段"), word(STAGES, school.stage)), (_("城乡"), word(LOCALITIES, school.locality)))
    people = tuple((word(GROUPS, group), school.people[group]) for group in ORDER if group in school.people)
    lists = tuple((list_name(each), len(each.positions), each.size) for each in errand.lists)
    return VisitForm(school.code, school.name, tuple((str(name), value) for name, value in about), people, lists)


def _words() -> dict[str, str]:
    words = {
        "heading": _("实地核查表"),
        "day": _("核查日期"),
        "rule": _("只记录看到、听到的情况。不问任何人填了什么，不看任何人的手机；表上没有得分，也没有答卷的任何信息。"),
        "points": _("一、核查要点"),
        "point": _("要点"),
        "yes": ANSWERS["yes"],
        "no": ANSWERS["no"],
        "not_applicable": ANSWERS["not_applicable"],
        "remark": _("说明（选“否”必填）"),
        "note": _("说明"),
        "people": _("二、各类对象的人数"),
        "group": _("调查对象"),
        "frame": _("抽样框"),
        "found": _("实际"),
        "classes": _("三、抽中的班级和名单"),
        "no_classes": _("没有抽样名单：凡是调查对象都可以作答。请了解学校怎样通知、怎样发放。"),
        "list": _("名单"),
        "drawn": _("抽中人数"),
        "listed": _("名单人数"),
        "asked": _("询问人数"),
        "confirm": _("证实自己填写的人数"),
        "findings": _("四、发现的问题"),
        "no_names": _("不写学生和家长的姓名。"),
        "visitor": _("核查人签名"),
        "principal": _("学校负责人签名"),
    }
    return {key: str(text) for key, text in words.items()}
