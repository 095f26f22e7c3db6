"""What the API answers, as the contract has it. Keys are codes of the domain, texts are by language."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields, validate

from app.api.queries import KINDS, STATES
from surveys.accounts import ROLES
from surveys.accounts.tokens import SCOPES
from surveys.groups import GROUPS
from surveys.regions import LEVELS


class Shape(Schema):
    """An object with these keys, all of them, and no others."""

    class Meta:
        unknown = RAISE


def string(about: str = "", *, null: bool = False, words: tuple[str, ...] = ()) -> fields.String:
    allowed = validate.OneOf([*words, None] if null else words) if words else None
    return fields.String(required=True, allow_none=null, validate=allowed, metadata=_about(about))


def whole(about: str = "", *, null: bool = False) -> fields.Integer:
    return fields.Integer(required=True, allow_none=null, metadata=_about(about))


def number(about: str = "", *, null: bool = True) -> fields.Float:
    return fields.Float(required=True, allow_none=null, metadata=_about(about))


def flag(about: str = "") -> fields.Boolean:
    return fields.Boolean(required=True, metadata=_about(about))


def moment(about: str = "", *, null: bool = False) -> fields.DateTime:
    return fields.DateTime(required=True, allow_none=null, metadata=_about(about))


def day(about: str = "", *, null: bool = True) -> fields.Date:
    return fields.Date(required=True, allow_none=null, metadata=_about(about))


def texts(about: str = "by language", *, null: bool = False) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=null, metadata=_about(about)
    )


def plain(about: str) -> fields.Dict:
    """Whatever a document holds."""
    return fields.Dict(required=True, metadata={**_about(about), "additionalProperties": True})


def words(about: str = "", *, of: tuple[str, ...] = ()) -> fields.List[Any]:
    inner = fields.String(validate=validate.OneOf(of)) if of else fields.String()
    return fields.List(inner, required=True, metadata=_about(about))


def rows(shape: type[Shape]) -> fields.List[Any]:
    return fields.List(fields.Nested(shape), required=True)


def _about(about: str) -> dict[str, Any]:
    return {"description": about} if about else {}


class PartShape(Shape):
    next = string("the `cursor` of the next part; null at the end", null=True)


class ServiceShape(Shape):
    service = string(words=("renke",))
    version = string("of the software")
    api = string(words=("v1",))
    openapi = string("address of this contract")
    token = string("address that says what a token gives")
    campaigns = string("address of the campaigns")


class TokenShape(Shape):
    name = string("as its owner called it")
    account = string()
    role = string(words=ROLES)
    scopes = words("what it is for, as far as the account may do so now", of=tuple(SCOPES))
    region = string("code of the region that it sees, with all below it")
    region_name = string()
    expires_at = moment()


class RegionShape(Shape):
    code = string()
    name = string()
    level = string(words=LEVELS)
    parent = string("code of the region above", null=True)
    residents = whole(null=True)
    simulated = flag("whether it is made up")


class RegionsShape(PartShape):
    items = rows(RegionShape)


class CampaignShape(Shape):
    name = string("ID of the campaign")
    title = texts()
    organiser = texts()
    county = string("code of the region")
    county_name = string()
    state = string(words=STATES)
    opens_at = moment(null=True)
    closes_at = moment(null=True)
    sealed_on = day()
    approval = string("number of the statistical approval", null=True)
    scorecard = string("name@number")
    simulated = flag("whether the county is made up")


class CampaignsShape(PartShape):
    items = rows(CampaignShape)


class InstrumentShape(Shape):
    instrument = string()
    number = whole("of the version")
    groups = words("that answer it", of=GROUPS)
    digest = string("SHA-256 of the canonical JSON")
    document = plain("the questionnaire, see docs/instruments.md")


class InstrumentsShape(Shape):
    items = rows(InstrumentShape)


class ScorecardShape(Shape):
    scorecard = string()
    number = whole("of the version")
    digest = string("SHA-256 of the canonical JSON")
    document = plain("the scoring rule, see docs/scorecards.md")


class StandingShape(Shape):
    group = string("null: all groups together", null=True, words=GROUPS)
    school = string("code; null: no school, or all of them together", null=True)
    school_name = string(null=True)
    population = whole("people of the frame")
    posters = whole("open codes that count")
    slips = whole("personal codes that count")
    opened = whole("pages that were opened")
    completed = whole("answers")
    target = whole("answers to reach", null=True)
    missing = whole("answers still to come")
    rate = number("answers by slips where these are the only way in, else by people; 0 to 1")
    last_on = day("of the last answer that came to the doors")
    still = flag("whether it has not reached its target, and nothing came for a day")
    few = flag("whether so few people are there that a number says something of one of them")
    half_width = number("of the interval of the score, 0 to 1, as it would be now")
    half_width_projected = number("the same at the end, if answers go on coming")


class ProgressShape(Shape):
    campaign = string()
    counted_at = moment()
    plan = whole("number of the plan that the targets are from", null=True)
    total = fields.Nested(StandingShape, required=True)
    groups = rows(StandingShape)
    schools = rows(StandingShape)


class PlacesShape(PartShape):
    items = rows(StandingShape)


class EvaluationShape(Shape):
    number = whole()
    made_at = moment()
    responses = whole("that it was made of")
    signed = flag("whether the review signed this one last")


class EvaluationsShape(PartShape):
    items = rows(EvaluationShape)


class FigureShape(Shape):
    """An estimate from 0 to 100, as the publication rule lets it be shown."""

    kind = string(words=KINDS)
    group = string(null=True, words=GROUPS)
    dimension = string(null=True)
    item = string(null=True)
    school = string("code", null=True)
    name = string("of the school", null=True)
    text = texts("of the item, by language", null=True)
    overall = flag("whether the item is the overall question")
    value = number("null where it is hidden; a limit where `bound` says so")
    bound = string("`above`: more than `value`; `below`: less", words=("", "above", "below"))
    se = number()
    low = number()
    high = number()
    level = number("of the interval", null=False)
    interval = string("how the interval was made")
    n = whole("answers", null=True)
    n_eff = number("effective answers")
    df = number("degrees of freedom")
    weight = number("of the group in the score, 0 to 1")
    population = whole("people of the frame", null=True)
    responses = whole(null=True)
    rate = number("0 to 1")
    rate_kind = string("which rate", words=("", "response", "participation", "mixed"))
    dont_know = number("share, 0 to 1")
    missing = number("share, 0 to 1")
    hidden = string("why it has no value: `few` or `rate`; else empty", words=("", "few", "rate"))
    decimals = whole("with how many to print the value; figures of everybody together may come with more")
    caveats = words("codes of what must stand beside the figure")


class FiguresShape(PartShape):
    campaign = string()
    evaluation = whole()
    items = rows(FigureShape)


class PublicationShape(Shape):
    """What may be shown of one evaluation of the whole county; its schools are among the figures."""

    campaign = string()
    evaluation = whole("its number")
    made_at = moment()
    responses = whole("that it was made of")
    scorecard = string("name@number")
    publication_rule = string("name@number")
    smallest = whole("people that a figure must be about")
    least_rate = number("rate under which a figure has a caveat or is blocked", null=False)
    signed = flag("whether the review signed this one last")
    simulated = flag("whether the county is made up")
    verdict = string(null=True, words=("met", "not_met", "not_enough_evidence"))
    threshold = number(null=False)
    composite = fields.Nested(FigureShape, required=True)
    pooled = fields.Nested(FigureShape, required=True)
    term = fields.Nested(FigureShape, required=True, allow_none=True)
    beside = fields.Nested(FigureShape, required=True, allow_none=True)
    groups = rows(FigureShape)
    dimensions = rows(FigureShape)
    items = rows(FigureShape)
    facts = plain("what else it says of the whole county: weights, what was left out, remarks")
    recipe = plain("how it was made, so that it can be made again")


class StudyHeadShape(Shape):
    kind = string()
    evaluation = whole("number of the evaluation that it stands beside")


class StudiesShape(Shape):
    items = rows(StudyHeadShape)


class StudyShape(Shape):
    kind = string()
    evaluation = whole("number of the evaluation that it stands beside")
    made_at = moment()
    code_version = string()
    study = plain("see docs/studies.md")


class DictionaryShape(Schema):
    """The variables of a file of answers."""

    class Meta:
        unknown = INCLUDE

    languages = words()
    versions = fields.List(fields.Dict(), required=True)
    variables = fields.List(fields.Dict(), required=True)


class CodebookShape(Schema):
    """What is known of the study and of every variable, see docs/exports.md."""

    class Meta:
        unknown = INCLUDE


class UnderwayShape(Shape):
    """A file that is being made."""

    state = string(words=("underway",))
    done = whole("rows that are written")
    rows = whole("of so many; 0 before that is known")


class ProblemEntryShape(Shape):
    code = string("stable")
    detail = string("in the language of Accept-Language")
    where = fields.String(required=True, data_key="in", validate=validate.OneOf(("query", "document")))
    name = string("of the parameter, or the part of the document")


class ProblemShape(Shape):
    """Why a request was refused (RFC 9457)."""

    type = string("names the kind of problem")
    title = string("in the language of Accept-Language")
    status = whole()
    detail = string("in the language of Accept-Language")
    code = string("stable: what programs go by")
    errors = rows(ProblemEntryShape)


class ContractShape(Schema):
    """This document."""

    class Meta:
        unknown = INCLUDE

    openapi = fields.String(required=True)
    info = plain("title, version, description")
    paths = plain("addresses")
