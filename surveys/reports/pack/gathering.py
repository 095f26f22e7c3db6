"""From what is stored to the facts of a report: only what the publication rule lets anybody see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy.orm import Session

from surveys import versions
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import SurveyError, shorten
from surveys.evaluations import EvaluationView
from surveys.fieldwork.dispositions import DispositionTable, list_dispositions
from surveys.honesty import EvidenceView, find_evidence
from surveys.plans import PlanView, find_plan_view
from surveys.publication import Figure, Publication, get_publication
from surveys.reports.pack.facts import Excerpt, Facts, Line, Number, Signed
from surveys.reports.pack.studied import read_studies
from surveys.review import Standing, standing
from surveys.versions import SCORECARDS

NUMBERS = ("n", "n_eff", "df", "value", "se", "low", "high", "dont_know", "missing", "weight", "population",
           "responses")  # fmt: skip
RESULT = {**dict.fromkeys(NUMBERS), **{name: name for name in NUMBERS}, "rate": "response_rate"}
COUNTED = ("population", "responses", "rate")
WHOLE = ("composite", "pooled", "term", "silence", "rounded", "verdict", "verdict_pooled", "reached", "threshold",
         "comparison", "band", "level", "decimals", "comparable", "missing_groups", "group_weights", "notices",
         "excluded", "beside", "weights")  # fmt: skip
WITHOUT_GROUPS = {"silence": ("composite",), "weights": ("weighting", "rule", "trimmed", "steps")}
ABOUT = ("number", "scorecard", "scorecard_number", "responses", "data_digest", "code_version")
RECIPE = ("weighting", "plan", "design", "level", "scorecard_digest", "forms_digest")
ASKED = ("group", "listed", "asked", "complete", "partial", "refused", "not_reached", "not_eligible", "other",
         "unknown", "excess", "rates")  # fmt: skip
PLANNED = ("group", "population", "asked", "quota", "invited")
FLAGGED = ("group", "forms", "certain", "candidates", "told", "repeats")


@dataclass(frozen=True)
class Sources:
    """Everything that reports of one evaluation are made from, read once for all of them."""

    campaign: CampaignView
    publication: Publication
    asked: DispositionTable
    plan: PlanView | None
    evidence: EvidenceView | None
    card: Mapping[str, Any]
    studies: Mapping[str, Excerpt]
    standing: Standing
    zone: tzinfo

    @property
    def evaluation(self) -> EvaluationView:
        return self.publication.evaluation


def read_sources(session: Session, *, name: str, now: datetime, zone: tzinfo, number: int | None = None) -> Sources:
    """What is stored about the newest settled evaluation of campaign `name`, or about that of this number.

    Raises SurveyError(`score.not_yet`), SurveyError(`campaign.unknown`).
    """
    campaign = get_campaign(session, name=name, now=now)
    publication = get_publication(session, name=name, now=now, number=number)
    made = publication.evaluation
    card = versions.find_latest(session, SCORECARDS, name=made.scorecard, number=made.scorecard_number)
    return Sources(
        campaign=campaign,
        publication=publication,
        asked=list_dispositions(session, campaign_id=campaign.id),
        plan=find_plan_view(session, campaign_id=campaign.id),
        evidence=find_evidence(session, campaign_id=campaign.id, name=name),
        card={} if card is None else card.document,
        studies=read_studies(session, name=name, now=now, shown=publication),
        standing=standing(session, campaign_id=campaign.id),
        zone=zone,
    )


def county_facts(sources: Sources, *, language: str) -> Facts:
    """The whole report, for those who judge the score and those who answer for it."""
    shown, lines = sources.publication, _Lines(sources.publication)
    return Facts(
        **_frame(sources, lines, "county", language),
        groups=lines.of(shown.groups),
        dimensions=lines.of(shown.dimensions),
        items=lines.of(shown.items),
        by_group=lines.of(shown.by_group),
        schools=lines.of(shown.schools),
        cells=lines.of(shown.cells),
        asked=tuple(_asked(sources)),
        plan=_plan(sources.plan),
        evidence=_evidence(sources.evidence),
        card=Excerpt(sources.card, "scorecard"),
        studies=sources.studies,
    )


def public_facts(sources: Sources, *, language: str) -> Facts:
    """What everybody is told."""
    shown, lines = sources.publication, _Lines(sources.publication)
    return Facts(
        **_frame(sources, lines, "public", language),
        groups=lines.of(shown.groups),
        dimensions=lines.of(shown.dimensions),
        items=lines.of(shown.items),
        card=Excerpt({"measure": sources.card.get("measure")}, "scorecard"),
    )


def school_facts(sources: Sources, *, language: str, school: str) -> Facts:
    """One school beside its county, or why nothing can be shown of it. Raises SurveyError(`report.no_school`)."""
    shown, lines = sources.publication, _Lines(sources.publication)
    own = lines.of(each for each in shown.schools if each.school == school)
    if not own:
        raise SurveyError("report.no_school", "missing", school=shorten(school))
    cells = [] if own[0].hidden else [each for each in shown.cells if each.school == school and not each.hidden]
    return Facts(
        **_frame(sources, lines, "school", language, own[0]),
        groups=lines.of(shown.groups),
        schools=own,
        cells=lines.of(cells),
    )


class _Lines:
    """The figures of a publication as lines, each number with its place in the evaluation.

    Where only a limit is told, that is the publication's own, and so is its place; and so is the response rate beside
    what is not a group.
    """

    def __init__(self, publication: Publication) -> None:
        self._places = dict(_places(publication.evaluation.result))
        self._own = {id(figure): place for place, figure in enumerate(publication)}

    def of(self, figures: Iterable[Figure]) -> tuple[Line, ...]:
        return tuple(self.line(each) for each in figures)

    def line(self, figure: Figure) -> Line:
        return Line(
            kind=figure.kind,
            numbers=dict(self._numbers(figure)),
            group=figure.group,
            dimension=figure.dimension,
            item=figure.item,
            school=figure.school,
            name=figure.name,
            text=None if figure.text is None else dict(figure.text),
            overall=figure.overall,
            hidden=figure.hidden,
            bound=figure.bound,
            caveats=tuple(figure.caveats),
            rate_kind=figure.rate_kind,
            decimals=figure.decimals,
        )

    def _numbers(self, figure: Figure) -> Iterator[tuple[str, Number]]:
        for name, stored in RESULT.items():
            value = getattr(figure, name)
            if value is not None:
                yield name, Number(value, self._trace(figure, name, stored))

    def _trace(self, figure: Figure, name: str, stored: str | None) -> str:
        if figure.bound or (name in COUNTED and figure.kind != "group"):
            return f"publication/{self._own[id(figure)]}/{name}"
        if name == "weight":
            return f"evaluation/result/group_weights/{figure.group}"
        own = name if name == "rate" and figure.rate_kind else stored  # older evaluations have only `response_rate`
        return f"evaluation/result/{self._places[_key(figure)]}/{own}"


def _key(figure: Figure) -> tuple[str | None, ...]:
    if figure.kind in ("composite", "pooled", "term", "beside"):
        return (figure.kind,)
    kind = "school" if figure.kind == "cell" else figure.kind
    about = {"group": (), "dimension": (figure.dimension,), "item": (figure.item,), "school": (figure.school,)}
    return (kind, figure.group, *about[kind])


def _places(result: Mapping[str, Any]) -> Iterator[tuple[tuple[str | None, ...], str]]:
    yield from (((name,), name) for name in ("composite", "pooled", "term"))
    yield ("beside",), "beside/composite"
    for table in ("groups", "dimensions", "items", "schools"):
        kind = table.removesuffix("s")
        for place, entry in enumerate(result[table]):
            about = () if kind == "group" else (entry[kind],)
            yield (kind, entry["group"], *about), f"{table}/{place}"


def _frame(sources: Sources, lines: _Lines, kind: str, language: str, school: Line | None = None) -> dict[str, Any]:
    """What every report has."""
    shown = sources.publication
    return {
        "kind": kind,
        "language": language,
        "school": None if school is None else school.school,
        "name": None if school is None else school.name,
        "campaign": _campaign(sources.campaign, sources.zone),
        "about": _about(sources.evaluation),
        "whole": _whole(shown),
        "rule": _rule(shown),
        "composite": lines.line(shown.composite),
        "pooled": lines.line(shown.pooled),
        "term": None if shown.term is None else lines.line(shown.term),
        "beside": None if shown.beside is None else lines.line(shown.beside),
        "signed": tuple(
            Signed(each.stage, each.at.astimezone(sources.zone).date().isoformat())
            for each in sources.standing.signatures
            if each.evaluation == sources.evaluation.number
        ),
    }


def _campaign(campaign: CampaignView, zone: tzinfo) -> dict[str, Any]:
    days = {"opens": campaign.opens_at, "closes": campaign.closes_at}
    return {
        "name": campaign.name,
        "title": dict(campaign.title),
        "organiser": dict(campaign.organiser),
        "approval": campaign.approval,
        "contact": campaign.contact,
        "county": campaign.county_name,
        "simulated": campaign.simulated,
        **{
            name: None if moment is None else moment.astimezone(zone).date().isoformat()
            for name, moment in days.items()
        },
    }


def _about(made: EvaluationView) -> Excerpt:
    known = {name: getattr(made, name) for name in ABOUT}
    recipe = {name: made.recipe.get(name) for name in RECIPE}
    return Excerpt({**known, "made_at": made.made_at.isoformat(), "recipe": recipe}, "evaluation")


def _whole(shown: Publication) -> Excerpt:
    """The result for the county as it may be shown, without what is told of single groups."""
    kept: dict[str, Any] = {name: shown.facts.get(name) for name in WHOLE}
    for name, own in WITHOUT_GROUPS.items():
        if kept[name] is not None:
            kept[name] = {key: kept[name].get(key) for key in own}
    return Excerpt(kept, "evaluation/result")


def _rule(shown: Publication) -> Excerpt:
    """The publication rule, and how many schools it let be shown."""
    schools = {"schools": len(shown.schools), "open_schools": len(shown.open_schools)}
    rule = {"name": shown.rule, "smallest": shown.smallest, "least_rate": shown.least_rate}
    return Excerpt({**rule, **schools}, "publication_rule")


def _asked(sources: Sources) -> Iterator[Excerpt]:
    """What became of those who were asked; of a group that is hidden nothing, and then no sum that would tell it."""
    hidden = {figure.group for figure in sources.publication.groups if figure.hidden}
    for name in ("groups", "totals"):
        for place, row in enumerate(getattr(sources.asked, name)):
            data = asdict(row)
            if row.group not in hidden and (row.group is not None or not hidden):
                yield Excerpt({key: data[key] for key in ASKED}, f"fieldwork/{name}/{place}")


def _plan(plan: PlanView | None) -> Excerpt | None:
    if plan is None:
        return None
    proposal = plan.proposal
    said = {
        "rule": {"name": proposal.rule.name, "title": dict(proposal.rule.title)},
        "rule_number": proposal.rule_number,
        "groups": [{name: getattr(line, name) for name in PLANNED} for line in proposal.groups],
        "draw_schools": dict(proposal.draw_schools),
    }
    known = {"number": plan.number, "seed": plan.seed, "digest": plan.digest, "proposal": said}
    return Excerpt({**known, "drawn_at": None if plan.drawn_at is None else plan.drawn_at.isoformat()}, "plan")


def _evidence(run: EvidenceView | None) -> Excerpt | None:
    """What was flagged by group, and how many groups at schools stood out; which, no report says."""
    if run is None:
        return None
    result = run.result
    groups = [{name: each.get(name) for name in FLAGGED} for each in result["groups"]]
    counted = {"judged": len(result["schools"]), "unusual": sum(bool(each["unusual"]) for each in result["schools"])}
    return Excerpt({"number": run.number, "result": {"groups": groups}, "counted": counted}, "evidence")
