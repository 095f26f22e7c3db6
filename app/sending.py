"""Messages and texts for chat groups in people's words and as files: shared by the doors that hand them out.

What respondents read is Chinese, whatever language the officer works in; so are the heads of files for a gateway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import force_locale

from app.edge import here
from app.i18n import DEFAULT, LANGUAGES, local_time
from app.spreadsheets import write_csv
from app.words import GROUPS
from surveys.campaigns import CampaignView
from surveys.codes.sending import Announcement, Message

HEAD_OF_MESSAGES = ("序号", "链接", "答题码", "学校代码", "学校", "对象", "短信内容", "字数", "条数")
HEAD_OF_TEXTS = ("学校代码", "学校", "对象", "链接", "文字")
RULE = "\n\n" + "─" * 30 + "\n\n"


def chinese_groups() -> Mapping[str, str]:
    """The words for groups as respondents read them."""
    with force_locale(LANGUAGES[DEFAULT]):
        return {group: str(word) for group, word in GROUPS.items()}


def closing_day(campaign: CampaignView) -> str:
    """5月17日18:00; nothing where no end is set."""
    if campaign.closes_at is None:
        return ""
    there = campaign.closes_at.astimezone(here().settings.timezone)
    return f"{there.month}月{there.day}日{there:%H:%M}"


def period_of(campaign: CampaignView) -> tuple[str, str]:
    return local_time(campaign.opens_at), local_time(campaign.closes_at)


def messages_file(messages: Sequence[Message]) -> bytes:
    """CSV for a gateway: one line for each message, and no number of anybody's."""
    words = chinese_groups()
    return write_csv(HEAD_OF_MESSAGES, (_line_of_message(each, words) for each in messages))


def texts_file(texts: Sequence[Announcement]) -> bytes:
    """CSV with a text for each school and group."""
    words = chinese_groups()
    rows = ((each.school_code, each.school_name, words.get(each.group), each.link, each.text) for each in texts)
    return write_csv(HEAD_OF_TEXTS, rows)


def texts_document(texts: Sequence[Announcement]) -> bytes:
    """Plain text, one after the other."""
    return (RULE.join(each.text for each in texts) + "\n").encode("utf-8-sig")


def _line_of_message(message: Message, words: Mapping[str, str]) -> tuple[str | int | None, ...]:
    place = (message.school_code, message.school_name, words.get(message.group, message.group))
    return message.serial, message.link, message.typed, *place, message.text, len(message.text), message.parts
