"""Drawing the schools that reviewers visit, and drawing them again from the seed that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import trail
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import Problem, SurveyError
from surveys.frames import CellView, get_frame, list_cells
from surveys.holding import hold_campaign
from surveys.models import STAGES, ReviewDraw
from surveys.review.model import Stage, Standing
from surveys.review.people import get_actor
from surveys.review.sampling import LEAST_SHARE, WHOLE, Listed, digest_draw, select_schools
from surveys.review.standing import standing
from surveys.review.writing import read_text

DRAWN = "review.drawn"
COMPULSORY = frozenset(STAGES)  # of schooling; a kindergarten or an upper secondary school alone is no stage of ours


@dataclass(frozen=True)
class Draw:
    """Schools drawn for a visit: their codes, of so many in the frame. The newest counts; `reason` says why again."""

    number: int
    seed: int
    share: int
    schools: tuple[str, ...]
    listed: tuple[Listed, ...]
    frame: str
    digest: str
    reason: str | None
    by: str
    at: datetime


@dataclass(frozen=True)
class DrawAudit:
    """A draw that was repeated from its seed; `frame_agrees` says whether the frame still has the schools it had."""

    draw: Draw
    again: tuple[str, ...]
    digest_again: str
    frame_agrees: bool

    @property
    def agrees(self) -> bool:
        same = (self.draw.schools, self.draw.digest) == (self.again, self.digest_again)
        return same and self.frame_agrees


def draw_schools(
    session: Session, *, campaign: str, by: str, seed: int, now: datetime, share: int = LEAST_SHARE, reason: str = ""
) -> Draw:
    """Draw the schools to visit: for whoever reviews first, once the county has signed.

    Another draw needs a reason, and both stay listed. Raises SurveyError(`review.wrong_stage`, `review.not_yours`,
    `review.draw_invalid`, `review.no_schools`).
    """
    found = get_campaign(session, name=campaign, now=now)
    hold_campaign(session, campaign_id=found.id)
    _refuse_stage(session, found, by)
    before = list_draws(session, campaign_id=found.id)
    why = _read_order(share, reason, again=bool(before))
    frame, listed = _read_frame(session, found)
    if not listed:
        raise SurveyError("review.no_schools", "conflict")
    schools = select_schools(listed, share=share, seed=seed)
    digest = digest_draw(frame=frame, listed=listed, share=share, seed=seed, drawn=schools)
    source = {"frame": frame, "schools": [list(each) for each in listed]}
    row = ReviewDraw(campaign_id=found.id, number=len(before) + 1, seed=seed, share=share, source=source, by=by, at=now)
    row.drawn, row.digest, row.reason = {"schools": list(schools)}, digest, why
    session.add(row)
    facts = {"number": row.number, "seed": seed, "share": share, "digest": digest, "schools": len(schools)}
    trail.record(session, campaign_id=found.id, now=now, by=by, action=DRAWN, **facts)
    return _view(row)


def list_draws(session: Session, *, campaign_id: int) -> tuple[Draw, ...]:
    """Every draw, the first one first."""
    query = select(ReviewDraw).where(ReviewDraw.campaign_id == campaign_id).order_by(ReviewDraw.number)
    return tuple(_view(row) for row in session.scalars(query))


def audit_draws(session: Session, *, campaign: str, now: datetime) -> tuple[DrawAudit, ...]:
    """Repeat every draw of a campaign from its seed. Nothing is written."""
    found = get_campaign(session, name=campaign, now=now)
    return tuple(audit(each, _read_frame(session, found)) for each in list_draws(session, campaign_id=found.id))


def audit(draw: Draw, frame: tuple[str, tuple[Listed, ...]]) -> DrawAudit:
    """Repeat a draw, and compare the frame that there is now with the one it was made from."""
    again = select_schools(draw.listed, share=draw.share, seed=draw.seed)
    digest = digest_draw(frame=draw.frame, listed=draw.listed, share=draw.share, seed=draw.seed, drawn=again)
    return DrawAudit(draw, again, digest, (draw.frame, draw.listed) == frame)


def visiting_stage(found: Standing) -> Stage:
    """Who visits schools: the city, or the province where there is no city."""
    return found.stages[1]


def _refuse_stage(session: Session, campaign: CampaignView, by: str) -> None:
    found = standing(session, campaign_id=campaign.id)
    wanted = visiting_stage(found)
    get_actor(session, campaign_id=campaign.id, by=by, stage=wanted)
    if found.stage != wanted:
        raise SurveyError("review.wrong_stage", "conflict", stage=found.stage)


def _read_order(share: int, reason: str, *, again: bool) -> str | None:
    problems: list[Problem] = []
    if not LEAST_SHARE <= share <= WHOLE:
        limits = {"least": LEAST_SHARE, "most": WHOLE}
        problems.append(Problem("review.share", field="share", value=str(share), params=limits))
    why = read_text(reason, "reason", problems) if again else None
    if problems:
        raise SurveyError("review.draw_invalid", "invalid", problems)
    return why


def _read_frame(session: Session, campaign: CampaignView) -> tuple[str, tuple[Listed, ...]]:
    """The digest of the campaign's frame, and its compulsory schools with their strata as they were imported."""
    cells = list_cells(session, frame_id=campaign.frame_id)
    return get_frame(session, frame_id=campaign.frame_id).digest, _list_schools(cells)


def _list_schools(cells: Sequence[CellView]) -> tuple[Listed, ...]:
    found = {(cell.school_code, cell.stratum) for cell in cells if cell.school_code and cell.stage in COMPULSORY}
    return tuple(sorted(found))


def _view(row: ReviewDraw) -> Draw:
    return Draw(
        number=row.number,
        seed=row.seed,
        share=row.share,
        schools=tuple(row.drawn["schools"]),
        listed=tuple((code, stratum) for code, stratum in row.source["schools"]),
        frame=row.source["frame"],
        digest=row.digest,
        reason=row.reason,
        by=row.by,
        at=row.at,
    )
