"""Reminders in people's words, for the doors that hand them out: what to write to a school, as a list and as a file.

The words must not press anybody, say how to answer, or lead a school to ask who has answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask_babel import gettext as _

from app.i18n import in_language, local_time
from app.spreadsheets import Cell, write_csv
from app.words import GROUPS, word
from surveys.campaigns import CampaignView
from surveys.fieldwork.reminding import Missing, Reminder, Reminders
from surveys.fieldwork.standings import Standing

RULE = "-" * 40
KINDS = ("csv", "txt")


def reminder_file(kind: str, campaign: CampaignView, reminders: Reminders, taken_at: datetime) -> bytes:
    """The reminders as a file of one of KINDS."""
    make = {"csv": _csv, "txt": _text}[kind]
    return make(campaign, reminders, local_time(taken_at))


def addressee(place: Reminder | Standing) -> str:
    """A school by its name; what belongs to no school is the county's."""
    return place.school_name or str(_("全县（不分学校）"))


def in_words(missing: Iterable[Missing]) -> str:
    """Each group with its number."""
    form = str(_("%(group)s %(count)s 份", group="{group}", count="{count}"))  # once: there are many schools
    return str(_("、")).join(form.format(group=word(GROUPS, its.group), count=its.answers) for its in missing)


def write_letters(campaign: CampaignView, reminders: Reminders) -> list[tuple[Reminder, str]]:
    """What to write to each school."""
    opening, closing = _opening(campaign), list(_closing(campaign))
    return [(each, "\n".join([*_beginning(each, opening), *closing])) for each in reminders.schools]


def _opening(campaign: CampaignView) -> str:
    title = in_language(campaign.title)
    if campaign.closes_at:
        return str(_("您好！%(title)s将于 %(when)s 结束。", title=title, when=local_time(campaign.closes_at)))
    return str(_("您好！%(title)s正在进行。", title=title))


def _beginning(reminder: Reminder, opening: str) -> Iterator[str]:
    yield _("%(school)s：", school=addressee(reminder))
    yield opening
    yield _("目前还希望收到：%(wanted)s。", wanted=in_words(reminder.missing))
    if reminder.few:
        few = str(_("、")).join(word(GROUPS, group) for group in reminder.few)
        yield _("只有几个人的对象（如%(groups)s）不通报份数，请同样再告知一次。", groups=few)


def _closing(campaign: CampaignView) -> Iterator[str]:
    yield _("烦请把海报再放到大家看得到的地方，或者再说明一次怎样扫码；答题条还没有发完的，请继续随机发放。")
    yield _("填不填由本人决定，怎么想就怎么填。请不要打听谁填了、谁没填，不要代填，也不要提示怎么选。")
    yield _("谢谢！")
    yield in_language(campaign.organiser)


def _text(campaign: CampaignView, reminders: Reminders, taken: str) -> bytes:
    """Ready to be sent, one letter after the other."""
    blocks = [
        "\n".join(_head(campaign, reminders, taken)),
        *(text for _school, text in write_letters(campaign, reminders)),
    ]
    return (f"\n\n{RULE}\n\n".join(blocks) + "\n").encode()


def _head(campaign: CampaignView, reminders: Reminders, taken: str) -> Iterator[str]:
    mark = [_("【模拟数据】")] if campaign.simulated else []
    yield "".join([*mark, _("催办清单：%(title)s", title=in_language(campaign.title))])
    yield _("数据时间 %(when)s，共还需 %(count)s 份", when=taken, count=reminders.answers)
    if reminders.few:
        yield _("人数少的对象只按全县合计：%(few)s。请向每所学校同样提醒。", few=in_words(reminders.few))


def _csv(campaign: CampaignView, reminders: Reminders, taken: str) -> bytes:
    facts = (campaign.name, taken, _("模拟数据") if campaign.simulated else "")
    heads = [
        _("学校代码"), _("学校"), _("调查对象"), _("还需（份）"), _("最近一次答卷"), _("给学校的话"),
        _("批次"), _("数据时间"), _("数据性质"),
    ]  # fmt: skip
    return write_csv(heads, ([*row, *facts] for row in _rows(campaign, reminders)))


def _rows(campaign: CampaignView, reminders: Reminders) -> Iterator[list[Cell]]:
    """A row for each group at each school; the letter stands in the first of a school."""
    for school, text in write_letters(campaign, reminders):
        for missing in school.missing:
            yield [school.school_code, addressee(school), *_cells(missing), text]
            text = ""
    for missing in reminders.few:
        yield ["", _("全县（人数少的对象）"), *_cells(missing), ""]


def _cells(missing: Missing) -> list[Cell]:
    day = missing.last_on.isoformat() if missing.last_on else ""
    return [word(GROUPS, missing.group), missing.answers, day]
