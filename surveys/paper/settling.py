"""Forms that wait, and their differences, which somebody settles with the form in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.campaigns.papers import papers_of
from surveys.errors import Problem, SurveyError
from surveys.holding import hold_campaign
from surveys.instruments.model import Instrument
from surveys.models import Code, School
from surveys.paper.comparing import compare, raw_of
from surveys.paper.entries import Keyings, load_keyings
from surveys.paper.keying import Moment, find_stored, get_form, store_form
from surveys.paper.model import COMMENT, PAPER, Difference, Disagreement, Keyed, Keying, Pending, State
from surveys.trail import record


def list_pending(session: Session, *, campaign: CampaignView) -> tuple[Pending, ...]:
    """Every form that waits: those with differences first, then by school, group and serial."""
    waiting = load_keyings(session, campaign.id)
    instruments = _instruments(session, campaign.id) if waiting else {}
    query = (
        select(Code.number, Code.position, Code.group, School.code, School.name)
        .outerjoin(School, School.id == Code.school_id)
        .where(Code.campaign_id == campaign.id, Code.number.in_(list(waiting)))
    )
    rows = session.execute(query) if waiting else ()
    found = [_pending(number, place, waiting[number or 0], instruments) for number, *place in rows]
    return tuple(sorted(found, key=_order))


def get_disagreement(
    session: Session, *, campaign: CampaignView, number: int, secret: bytes, now: datetime
) -> Disagreement:
    """The differences of one form. Raises SurveyError(`paper.nothing_waits`) where there are none."""
    keyings = load_keyings(session, campaign.id, [number]).get(number, {})
    if len(keyings) < 2:
        raise SurveyError("paper.nothing_waits", "missing")
    form = get_form(session, campaign=campaign, number=number, secret=secret, now=now)
    papers = [_paper_of(form.papers, keyings[nth].version_id) for nth in (1, 2)]
    return Disagreement(form, papers, compare(papers[0].instrument, keyings[1], keyings[2]))


def settle(
    session: Session,
    *,
    campaign: CampaignView,
    number: int,
    chosen: Mapping[str, str],
    by: str,
    secret: bytes,
    now: datetime,
    today: date,
) -> Keyed:
    """Store the form with what was `chosen` for each difference: a question's option code, or which keying is right.

    Raises SurveyError(`paper.unsettled`) with a problem for each difference that is still open, SurveyError
    (`paper.two_papers`), and what `submit` raises. Settling again gives the first receipt.
    """
    hold_campaign(session, campaign_id=campaign.id)
    moment = Moment(by, now, today, secret)
    form = get_form(session, campaign=campaign, number=number, secret=secret, now=now)
    stored = find_stored(session, form, moment)
    if stored is not None:
        return stored
    found = get_disagreement(session, campaign=campaign, number=number, secret=secret, now=now)
    _check_settled(found, chosen)
    keyings = load_keyings(session, campaign.id, [number])[number]
    instrument = found.papers[0].instrument
    raw = {**raw_of(instrument, keyings[1]), **_chosen_answers(found.differences, chosen)}
    kept = store_form(session, form, _chosen_rest(found.differences, chosen, keyings), raw, moment)
    facts = {"differences": len(found.differences)}
    record(session, campaign_id=campaign.id, now=now, by=by, action="paper.settled", **facts)
    return kept


def _instruments(session: Session, campaign_id: int) -> Mapping[int, Instrument]:
    return {paper.version_id: paper.instrument for paper in papers_of(session, campaign_id=campaign_id)}


def _pending(
    number: int | None, place: Sequence[Any], keyings: Keyings, instruments: Mapping[int, Instrument]
) -> Pending:
    differences = 0
    if len(keyings) == 2:
        differences = len(compare(instruments[keyings[1].version_id], keyings[1], keyings[2]))
    names = tuple(keying.by for keying in keyings.values())
    serial, group, school_code, school_name = place
    state: State = "different" if differences else "waiting"
    return Pending(number or 0, serial, group, school_code, school_name, state, names, differences)


def _order(pending: Pending) -> tuple[bool, bool, str, str, int]:
    school = pending.school_code
    return pending.state != "different", school is None, school or "", pending.group, pending.serial


def _paper_of(papers: Sequence[Paper], version_id: int) -> Paper:
    return next(paper for paper in papers if paper.version_id == version_id)


# What was chosen


def _check_settled(found: Disagreement, chosen: Mapping[str, str]) -> None:
    if any(difference.name == PAPER for difference in found.differences):
        raise SurveyError("paper.two_papers", "conflict")
    problems = [Problem("paper.choose", field=each.name) for each in found.differences if not _is_settled(each, chosen)]
    if problems:
        raise SurveyError("paper.unsettled", "invalid", problems)


def _is_settled(difference: Difference, chosen: Mapping[str, str]) -> bool:
    given = chosen.get(difference.name)
    return given is not None if difference.item else given in ("1", "2")


def _chosen_answers(differences: Sequence[Difference], chosen: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    return {each.name: [chosen[each.name]] for each in differences if each.item}


def _chosen_rest(differences: Sequence[Difference], chosen: Mapping[str, str], keyings: Keyings) -> Keying:
    """The first keying, or the second where its comment was chosen."""
    differs = any(each.name == COMMENT for each in differences)
    return keyings[int(chosen[COMMENT])] if differs else keyings[1]
