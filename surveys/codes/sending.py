"""Codes that travel as text: a message for each personal one, a text for a chat group for each open one.

Nobody's number is known here. Whoever sends the messages has a list of numbers, and joins it by the serial number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView
from surveys.campaigns.papers import papers_of
from surveys.codes.issuing import Draw, issue_personal
from surveys.codes.slips import Slip, list_slips
from surveys.errors import SurveyError
from surveys.trail import record

ONE_MESSAGE = 70  # characters; a longer one is sent, and paid, as two
CHINESE = "zh-CN"
ADDRESSED: Mapping[str, str] = {  # as people are spoken to, which is not what their groups are called
    "student": "同学",
    "parent": "家长",
    "teacher": "老师",
    "principal": "校长",
    "npc_deputy": "代表",
    "cppcc_member": "委员",
    "public": "居民",
}


@dataclass(frozen=True)
class Message:
    """One personal code as it is sent. `serial` counts within the place: the n-th of the sender's own list."""

    serial: int
    link: str = field(repr=False)
    typed: str = field(repr=False)
    group: str
    school_code: str | None
    school_name: str | None
    text: str = field(repr=False)

    @property
    def parts(self) -> int:
        """How many messages a gateway makes of it, where a long one has 67 characters of each part to itself."""
        return 1 if len(self.text) <= ONE_MESSAGE else -(-len(self.text) // 67)


@dataclass(frozen=True)
class Announcement:
    """What a school pastes into the chat group of one of its groups."""

    group: str
    school_code: str | None
    school_name: str | None
    link: str
    text: str


def export_messages(
    session: Session,
    *,
    campaign: CampaignView,
    group: str | None,
    school: str | None,
    count: int | None,
    base_url: str,
    closes: str,
    secret: bytes,
    now: datetime,
    today: date,
    draw: Draw,
    by: str,
) -> tuple[Message, ...]:
    """Messages with `count` fresh codes for a group at a school or in the county; without, with all unused ones again.

    Only then `group` and `school` may be left out. `closes` is the closing time as people read it.
    Raises SurveyError(`sending.nothing`), and what `issue_personal` raises.
    """
    if count is not None:
        issue_personal(
            session,
            campaign_id=campaign.id,
            group=group or "",
            school=school,
            count=count,
            secret=secret,
            now=now,
            today=today,
            draw=draw,
            way="sms",
        )
    slips = list_slips(session, campaign_id=campaign.id, secret=secret, group=group, school=school, way="sms")
    unused = [slip for slip in slips if slip.voided_on is None and slip.used_on is None]
    if count is not None:
        unused = [slip for slip in unused if slip.school_code == school][-count:]
    if not unused:
        raise SurveyError("sending.nothing", "missing")
    facts = {"way": "sms", "group": group, "school": school, "count": len(unused)}
    record(session, campaign_id=campaign.id, now=now, by=by, action="codes.exported", **facts)
    return tuple(_message(campaign, slip, base_url, closes) for slip in unused)


def list_announcements(
    session: Session,
    *,
    campaign: CampaignView,
    school: str | None = None,
    base_url: str,
    period: tuple[str, str],
    secret: bytes,
) -> tuple[Announcement, ...]:
    """A text for each open code that counts; `period` is as people read it."""
    minutes = _minutes(session, campaign.id)
    slips = list_slips(session, campaign_id=campaign.id, secret=secret, kind="open", school=school)
    return tuple(
        _announcement(campaign, slip, base_url, period, minutes.get(slip.group, 0))
        for slip in slips
        if slip.voided_on is None
    )


def _minutes(session: Session, campaign_id: int) -> Mapping[str, int]:
    """How long the longest paper of each group takes."""
    longest: dict[str, int] = {}
    for paper in papers_of(session, campaign_id=campaign_id):
        longest[paper.group] = max(longest.get(paper.group, 0), paper.instrument.minutes)
    return longest


# Messages


def _message(campaign: CampaignView, slip: Slip, base_url: str, closes: str) -> Message:
    """The link holds the typed form: as many people can guess it as a slip's, and the message stays one."""
    link = f"{base_url}/r/{slip.typed.replace('-', '')}"
    text = _fitting(list(_wordings(campaign, link, closes)))
    return Message(slip.position, link, slip.typed, slip.group, slip.school_code, slip.school_name, text)


def _fitting(wordings: Sequence[str]) -> str:
    """The fullest wording that is one message; the shortest where none is."""
    return next((text for text in wordings if len(text) <= ONE_MESSAGE), wordings[-1])


def _wordings(campaign: CampaignView, link: str, closes: str) -> Iterator[str]:
    """From the fullest to the shortest. Each says who asks, that it is anonymous, and where; a space ends the link."""
    asking, title = _chinese(campaign.organiser), _chinese(campaign.title)
    said = any(word in asking for word in ("模拟", "虚构"))
    mark = "（模拟）" if campaign.simulated and not said else ""
    until = f"，{closes}截止" if closes else ""
    yield f"{mark}{asking}请您填写“{title}”问卷，匿名，自愿{until}：{link} 任何人不得规定您怎样填写"
    yield f"{mark}{asking}请您匿名填写“{title}”问卷{until}：{link} 任何人不得规定答案"
    yield f"{mark}{asking}请您匿名填写教育问卷{until}：{link} 任何人不得规定答案"
    yield f"{mark}{asking}请您匿名填写教育问卷{until}：{link}"
    yield f"{mark}{asking}请您匿名填写教育问卷：{link}"


# Chat groups


def _announcement(
    campaign: CampaignView, slip: Slip, base_url: str, period: tuple[str, str], minutes: int
) -> Announcement:
    link = f"{base_url}/r/{slip.token}"
    place = slip.school_name or campaign.county_name
    lines = [
        _chinese(campaign.title),
        f"各位{ADDRESSED.get(slip.group, slip.group)}（{place}）：",
        f"{_chinese(campaign.organiser)}请您填写一份问卷，约需 {minutes} 分钟。填不填由您自己决定。",
        f"打开链接填写：{link}",
        f"也可以打开 {base_url}/r ，输入 {slip.typed} 。",
        *_times(period),
        "匿名填写：不记姓名、电话、微信号和 IP 地址，学校看不到任何人的答案。",
        "请按您自己的想法填写。任何人不得规定或暗示怎样填写，不得替别人填写，不得要求截图或接龙。",
        f"如有人这样做，请反映：{campaign.contact}；也可以在问卷页面上反映。"
        if campaign.contact
        else "如有人这样做，请在问卷页面上反映。",
    ]
    if campaign.simulated:
        lines.insert(0, "【模拟数据，请勿转发】")
    return Announcement(slip.group, slip.school_code, slip.school_name, link, "\n".join(lines))


def _times(period: tuple[str, str]) -> Iterator[str]:
    opens, closes = period
    if opens and closes:
        yield f"时间：{opens} 至 {closes}"
    elif opens or closes:
        yield f"截止：{closes}" if closes else f"开始：{opens}"


def _chinese(text: Mapping[str, str]) -> str:
    return text.get(CHINESE) or next(iter(text.values()), "")
