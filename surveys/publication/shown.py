"""Which evaluations of a campaign are shown: never two that differ by a few answers, whose part would be plain then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView
from surveys.disclosure.versions import rule_of
from surveys.evaluations import find_evaluation, list_versions
from surveys.models import Evaluation
from surveys.remembering import remember
from surveys.review import standing

Place = tuple[str | None, str | None]  # group, code of the school


@dataclass(frozen=True)
class Shown:
    """Numbers of settled evaluations, the newest first: all, and those that are shown.

    `near` says of each of the others which one that is shown it differs from by too few answers.
    """

    settled: tuple[int, ...]
    shown: tuple[int, ...]
    near: Mapping[int, int]

    @property
    def newest(self) -> int | None:
        """The one that a page shows where nobody asked for another."""
        return self.shown[0] if self.shown else None


@dataclass(frozen=True)
class _Counted:
    """Which answers an evaluation is of, and how many there are in each place that a figure may be about."""

    answers: tuple[str, str]
    places: Mapping[Place, int]


def find_shown(session: Session, *, campaign: CampaignView) -> Shown:
    """What is settled and shown of a campaign: what was signed last, or else the newest; then whatever is apart."""
    settled = tuple(each.number for each in list_versions(session, campaign=campaign))
    if len(settled) < 2:
        return Shown(settled, settled, {})
    signed = standing(session, campaign_id=campaign.id).signed
    first = signed if signed in settled else settled[0]
    smallest = rule_of(session, campaign_id=campaign.id).smallest
    shown, near = [first], {}
    counted = {number: _count(session, campaign, number) for number in settled}
    for number in settled:
        found = next((each for each in shown if not _is_apart(counted[number], counted[each], smallest)), None)
        if found is None and number != first:
            shown.append(number)
        elif found is not None:
            near[number] = found
    return Shown(settled, tuple(sorted(shown, reverse=True)), near)


def _is_apart(one: _Counted, other: _Counted, smallest: int) -> bool:
    """Whether both may be shown: of the same answers, or with nowhere a few more or fewer of them.

    Other answers in the same numbers are taken for a few: how many were replaced, numbers do not tell.
    """
    if one.answers == other.answers:
        return True
    places = {*one.places, *other.places}
    changes = {abs(one.places.get(place, 0) - other.places.get(place, 0)) for place in places} - {0}
    return bool(changes) and min(changes) >= smallest


def _count(session: Session, campaign: CampaignView, number: int) -> _Counted:
    key = campaign.id, number, fingerprint(session, campaign_id=campaign.id, number=number)
    return remember(session, "counts", key, lambda: _read(session, campaign.name, number))


def _read(session: Session, name: str, number: int) -> _Counted:
    made = find_evaluation(session, name=name, number=number)
    if made is None:
        raise LookupError("an evaluation that was listed")
    result, excluded = made.result, sorted(map(str, made.recipe["excluded"]))
    places: dict[Place, int] = {(each["group"], None): each["responses"] for each in result["groups"]}
    places |= {(each["group"], each["school"]): each["n"] for each in result["schools"]}
    return _Counted((made.data_digest, "\n".join(excluded)), places)


def fingerprint(session: Session, *, campaign_id: int, number: int) -> bytes:
    """SHA-256 of an evaluation as it is stored: what was changed behind our back is another one."""
    stored = (cast(Evaluation.recipe, Text), cast(Evaluation.result, Text))
    query = select(Evaluation.made_at, *stored).where(Evaluation.campaign_id == campaign_id)
    made_at, *texts = session.execute(query.where(Evaluation.number == number)).one()
    content = hashlib.sha256(made_at.isoformat().encode())
    for text in texts:
        content.update(b"\0" + text.encode())
    return content.digest()
