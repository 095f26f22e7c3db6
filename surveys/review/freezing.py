"""What a signature is under: one evaluation, as it was. It is reckoned again whenever somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, get_campaign
from surveys.datasets import load_dataset
from surveys.documents import digest_of
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView, find_evaluation
from surveys.honesty.excluding import load_orders
from surveys.models import Response, ReviewAct
from surveys.publication import Publication, get_publication
from surveys.review.model import Standing
from surveys.review.standing import list_acts, standing


@dataclass(frozen=True)
class Checked:
    """A signature, and whether what was signed is still what it was. `stands` unless it was given back."""

    number: int
    stage: str
    evaluation: int
    by: str
    at: datetime
    digest: str
    again: str
    stands: bool

    @property
    def agrees(self) -> bool:
        return self.digest == self.again


@dataclass(frozen=True)
class Verification:
    """All signatures reckoned again; and whether answers and rules of exclusion are those of what was signed last.

    `same_data` is None where nothing is signed; `read_all` says whether every answer was read, or they were counted.
    """

    checked: tuple[Checked, ...]
    same_data: bool | None
    read_all: bool

    @property
    def agrees(self) -> bool:
        return all(each.agrees for each in self.checked) and self.same_data is not False


def get_settled(session: Session, *, campaign: CampaignView, number: int | None, now: datetime) -> Publication:
    """The evaluation that a county can sign: its newest, or `number`. Raises SurveyError(`review.not_settled`)."""
    try:
        return get_publication(session, name=campaign.name, now=now, number=number)
    except SurveyError:
        raise SurveyError("review.not_settled", "conflict") from None


def digest_evaluation(evaluation: EvaluationView, rule: str) -> str:
    """SHA-256 of the canonical JSON of what was signed: the recipe, the result and the publication rule."""
    named = {"campaign": evaluation.campaign, "evaluation": evaluation.number, "rule": rule}
    return digest_of({**named, "recipe": dict(evaluation.recipe), "result": dict(evaluation.result)})


def verify(session: Session, *, name: str, now: datetime, read_all: bool = False) -> Verification:
    """Reckon every signature of campaign `name` again. Raises SurveyError(`campaign.unknown`)."""
    campaign = get_campaign(session, name=name, now=now)
    acts = list_acts(session, campaign_id=campaign.id)
    now_standing = standing(session, campaign_id=campaign.id)
    checked = tuple(_check_all(session, name, acts, now_standing))
    return Verification(checked, _is_same(session, campaign, now_standing.signed, read_all), read_all)


def digest_again(session: Session, *, name: str, number: int, rule: str) -> str:
    """The digest of an evaluation as it is stored now; none where it is gone."""
    made = find_evaluation(session, name=name, number=number)
    return "" if made is None else digest_evaluation(made, rule)


def _check_all(session: Session, name: str, acts: Iterable[ReviewAct], found: Standing) -> Iterable[Checked]:
    standing_now = {(each.stage, each.at) for each in found.signatures}
    for act in acts:
        if act.kind == "signed" and act.evaluation is not None:
            again = digest_again(session, name=name, number=act.evaluation, rule=act.rule or "")
            stands = (act.stage, act.at) in standing_now
            whose = (act.number, act.stage, act.evaluation, act.by, act.at, act.digest or "")
            yield Checked(*whose, again=again, stands=stands)


def _is_same(session: Session, campaign: CampaignView, signed: int | None, read_all: bool) -> bool | None:
    """Whether an evaluation made now would be of the same answers, less those of the same rules."""
    made = None if signed is None else find_evaluation(session, name=campaign.name, number=signed)
    if made is None:
        return None
    if made.recipe["excluded"] != load_orders(session, campaign_id=campaign.id).recipe():
        return False
    if read_all:
        forms = load_dataset(session, campaign_id=campaign.id, beside=True).forms_digest
        return bool(forms == made.recipe["forms_digest"])
    counted = select(func.count()).select_from(Response).where(Response.campaign_id == campaign.id)
    return session.scalar(counted) == made.responses
