"""Forms for the printer: the codes of a place that go on paper, with the paper they are printed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.codes import Slip, issue_personal, list_slips
from surveys.codes.issuing import Draw
from surveys.errors import SurveyError, shorten
from surveys.frames import list_cells
from surveys.paper.keying import WAY
from surveys.paper.model import title_of
from surveys.trail import record

MOST_FORMS = 5_000  # at once: a stack of half a metre, and a file that a browser still opens


@dataclass(frozen=True)
class PrintedForm:
    """The codes that go on one paper, in the order of their serial numbers."""

    paper: Paper
    codes: tuple[Slip, ...]


def print_forms(
    session: Session,
    *,
    campaign: CampaignView,
    group: str,
    school: str | None,
    paper: str | None,
    count: int | None,
    secret: bytes,
    now: datetime,
    today: date,
    draw: Draw,
    by: str,
) -> PrintedForm:
    """`count` fresh codes for forms of a group at a school, or in the county; without, those still unused once more.

    Raises SurveyError(`paper.too_many`), SurveyError(`paper.choose_paper`) where the place has several papers and none
    was named, SurveyError(`paper.no_forms`) where there is nothing to print again, and what `issue_personal` raises.
    """
    if count is not None:
        _issue(session, campaign, group, school, count, secret, now, today, draw)
    codes = _unused(session, campaign, group, school, secret)
    if not codes:
        raise SurveyError("paper.no_forms", "missing")
    chosen = _choose(session, campaign, group, school, paper)
    printed = PrintedForm(chosen, codes if count is None else codes[-count:])
    facts: dict[str, object] = {"group": group, "school": school, "paper": chosen.instrument.name}
    record(session, campaign_id=campaign.id, now=now, by=by, action="paper.printed", count=len(printed.codes), **facts)
    return printed


def _issue(
    session: Session,
    campaign: CampaignView,
    group: str,
    school: str | None,
    count: int,
    secret: bytes,
    now: datetime,
    today: date,
    draw: Draw,
) -> None:
    if count > MOST_FORMS:
        raise SurveyError("paper.too_many", "invalid", limit=MOST_FORMS)
    issue_personal(
        session,
        campaign_id=campaign.id,
        group=group,
        school=school,
        count=count,
        secret=secret,
        now=now,
        today=today,
        draw=draw,
        way=WAY,
    )


def _choose(session: Session, campaign: CampaignView, group: str, school: str | None, name: str | None) -> Paper:
    cells = list_cells(session, frame_id=campaign.frame_id)
    stage = next((cell.stage for cell in cells if cell.group == group and cell.school_code == school), None)
    papers = [each for each in papers_of(session, campaign_id=campaign.id, group=group) if each.fits(stage)]
    fitting = [paper for paper in papers if name in (None, "", paper.instrument.name)]
    if len(fitting) != 1:
        expected = "; ".join(map(title_of, papers))
        raise SurveyError("paper.choose_paper", "invalid", paper=_called(session, campaign, name), expected=expected)
    return fitting[0]


def _called(session: Session, campaign: CampaignView, name: str | None) -> str:
    """The title of the paper that was named, which may be another group's."""
    known = {each.instrument.name: title_of(each) for each in papers_of(session, campaign_id=campaign.id)}
    return shorten(known.get(name or "", name or "-"))


def _unused(
    session: Session, campaign: CampaignView, group: str, school: str | None, secret: bytes
) -> tuple[Slip, ...]:
    slips = list_slips(session, campaign_id=campaign.id, secret=secret, group=group, school=school, way=WAY)
    here = (slip for slip in slips if slip.school_code == school)
    return tuple(slip for slip in here if slip.used_on is None and slip.voided_on is None)


def papers_to_show(papers: Sequence[Paper], group: str | None, name: str | None) -> tuple[Paper, ...]:
    """The papers for specimens: each instrument once."""
    wanted = (each for each in papers if group in (None, each.group) and name in (None, each.instrument.name))
    return tuple({each.version_id: each for each in wanted}.values())
