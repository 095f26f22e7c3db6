"""Keying a form: the first time it waits, the second time it is compared, and alike it becomes a response."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.codes.doors import Door, find_door
from surveys.codes.numbers import get_numbered_door, serial_of
from surveys.errors import SurveyError
from surveys.holding import hold_campaign
from surveys.paper.comparing import compare, raw_of
from surveys.paper.entries import Keyings, add_keying, delete_keyings, load_keyings
from surveys.paper.model import Form, Keyed, Keying, key_of
from surveys.responses import Raw, check_open, find_receipt, submit, ticket_of
from surveys.responses.checking import check_sheet
from surveys.trail import AT_THE_SHELL, record

WAY = "paper"


@dataclass(frozen=True)
class Moment:
    """When and by whose hands."""

    by: str
    now: datetime
    today: date
    secret: bytes


def find_form(session: Session, *, campaign: CampaignView, typed: str, secret: bytes, now: datetime) -> Form:
    """The form with this code. Raises as `find_door`, and SurveyError(`paper.not_a_form`): the code of a slip.

    A code that is void is SurveyError(`paper.void`): whoever keys is told something else than whoever answers.
    """
    try:
        door = find_door(session, typed=typed, secret=secret, now=now)
    except SurveyError as error:
        raise (SurveyError("paper.void", "gone") if error.code == "code.void" else error) from None
    return _form(session, campaign, door)


def get_form(session: Session, *, campaign: CampaignView, number: int, secret: bytes, now: datetime) -> Form:
    """The form whose code has this number within the campaign."""
    door = get_numbered_door(session, campaign_id=campaign.id, number=number, secret=secret, now=now)
    return _form(session, campaign, door)


def key_form(
    session: Session,
    *,
    campaign: CampaignView,
    typed: str,
    version_id: int | None,
    raw: Raw,
    comment: str | None,
    by: str,
    secret: bytes,
    now: datetime,
    today: date,
) -> Keyed:
    """Keep what somebody keyed of the form with this code; if it is the second time and both agree, store it.

    Raises SurveyError(`answers.invalid`) with all problems, SurveyError(`paper.same_keyer`), `paper.keyed_twice`,
    `code.used`, and what `find_form` and `submit` raise; then nothing is kept. A repeat changes nothing.
    """
    hold_campaign(session, campaign_id=campaign.id)
    form = find_form(session, campaign=campaign, typed=typed, secret=secret, now=now)
    moment = Moment(by, now, today, secret)
    stored = find_stored(session, form, moment)
    if stored is not None:
        return stored
    keying = check_keying(form, version_id=version_id, raw=raw, comment=comment, moment=moment)
    return keep_keying(session, form, keying, None, moment)


def find_stored(session: Session, form: Form, moment: Moment) -> Keyed | None:
    """What became of a form that is a response already. Raises SurveyError(`code.used`) where it was used otherwise."""
    check_open(form.door.campaign, now=moment.now)
    if form.door.used_on is None:
        return None
    secret = moment.secret
    receipt = find_receipt(session, ticket_of(form.door.campaign.id, key_of(form.door, secret), secret))
    if receipt is None:
        raise SurveyError("code.used", "gone", day=form.door.used_on)
    return Keyed("stored", receipt, repeated=True)


def check_keying(form: Form, *, version_id: int | None, raw: Raw, comment: str | None, moment: Moment) -> Keying:
    """What was keyed, as it is kept. Without a version the form's only paper is meant."""
    paper = choose_paper(form, version_id)
    language = paper.instrument.languages[0]
    answers, text = check_sheet(paper.instrument, raw, comment, language)
    return Keying(paper.version_id, answers, text, language, moment.by)


def choose_paper(form: Form, version_id: int | None) -> Paper:
    """Raises SurveyError(`answers.wrong_paper`) where the form has no such paper, or several and none was named."""
    fitting = [paper for paper in form.papers if version_id in (None, paper.version_id)]
    if len(fitting) != 1:
        raise SurveyError("answers.wrong_paper", "invalid")
    return fitting[0]


def place_of(keyings: Keyings, keying: Keying, nth: int | None) -> int | None:
    """Which keying this is, the `nth` or the first that is free; None where it is there already.

    Raises SurveyError(`paper.same_keyer`, `paper.keyed_twice`, `paper.keyed_otherwise`).
    """
    if keying in keyings.values() if nth is None else _content(keyings.get(nth)) == _content(keying):
        return None
    if nth in keyings:
        raise SurveyError("paper.keyed_otherwise", "conflict", keying=nth)
    if keying.by != AT_THE_SHELL and any(keying.by == other.by for other in keyings.values()):
        raise SurveyError("paper.same_keyer", "conflict")
    free = [place for place in (1, 2) if place not in keyings]
    if not free:
        raise SurveyError("paper.keyed_twice", "conflict")
    return free[0] if nth is None else nth


def keep_keying(session: Session, form: Form, keying: Keying, nth: int | None, moment: Moment) -> Keyed:
    """Keep a keying that was checked; the campaign is locked."""
    campaign_id = form.door.campaign.id
    keyings = load_keyings(session, campaign_id, [form.number]).get(form.number, {})
    place = place_of(keyings, keying, nth)
    if place is None:
        return Keyed("different" if len(keyings) > 1 else "waiting", repeated=True)
    add_keying(session, campaign_id, form.number, place, keying)
    both = {**keyings, place: keying}
    if len(both) < 2:
        return Keyed("waiting")
    paper = choose_paper(form, both[1].version_id)
    if compare(paper.instrument, both[1], both[2]):
        return Keyed("different")
    return store_form(session, form, both[1], raw_of(paper.instrument, both[1]), moment)


def store_form(session: Session, form: Form, keying: Keying, raw: Raw, moment: Moment) -> Keyed:
    """Make the form a response and forget what was keyed, in this transaction."""
    receipt = submit(
        session,
        door=form.door,
        key=key_of(form.door, moment.secret),
        raw=raw,
        secret=moment.secret,
        now=moment.now,
        today=moment.today,
        version_id=keying.version_id,
        comment=keying.comment,
        language=keying.language,
        pace=None,
        repeat_device=False,
        channel=WAY,
    )
    delete_keyings(session, form.door.campaign.id, form.number)
    return Keyed("stored", receipt)


def discard_keyings(session: Session, *, campaign: CampaignView, number: int, by: str, now: datetime) -> None:
    """Forget what was keyed of a form, so that it can be keyed again: it was the wrong paper, or the wrong form."""
    hold_campaign(session, campaign_id=campaign.id)
    if number not in load_keyings(session, campaign.id, [number]):
        raise SurveyError("paper.nothing_waits", "missing")
    delete_keyings(session, campaign.id, number)
    record(session, campaign_id=campaign.id, now=now, by=by, action="paper.discarded")


def _form(session: Session, campaign: CampaignView, door: Door) -> Form:
    if door.campaign.id != campaign.id:
        raise SurveyError("code.unknown", "missing")
    if door.code.way != WAY or door.code.number is None:
        raise SurveyError("paper.not_a_form", "invalid")
    keyings = load_keyings(session, campaign.id, [door.code.number]).get(door.code.number, {})
    return Form(door, serial_of(session, door), tuple(keying.by for keying in keyings.values()))


def _content(keying: Keying | None) -> tuple[object, ...] | None:
    return None if keying is None else (keying.version_id, keying.answers, keying.comment)
