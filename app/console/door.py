"""What every page of the console shares: its address, who may read and write, and the account in front of us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from flask_login import current_user

from app.access import scope, users_of
from app.edge import here
from app.i18n import LANGUAGES as LOCALES
from app.words import DIMENSIONS, GROUPS, LANGUAGES, LOCALITIES, ROLES, STAGES, STATES, VERDICTS, word
from surveys import regions
from surveys.accounts import ROLES as EVERY_ROLE
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import SurveyError, shorten
from surveys.regions import RegionView

FIELD = ("interviewer", "liaison")  # who see the case in hand, or the progress of one school, and no result
READERS = tuple(role for role in EVERY_ROLE if role not in FIELD)
WRITERS = ("administrator", "officer")
WORDS = {
    "GROUPS": GROUPS,
    "STAGES": STAGES,
    "LOCALITIES": LOCALITIES,
    "DIMENSIONS": DIMENSIONS,
    "STATES": STATES,
    "VERDICTS": VERDICTS,
    "ROLES": ROLES,
}
NO_EVALUATION = 0  # no evaluation has this number
LONGEST_NUMBER = 6  # digits of the number of an evaluation, as in documents
blueprint = Blueprint("console", __name__, url_prefix="/console")


def find_campaign(session: Any, name: str) -> CampaignView:
    """The campaign of this name inside the account's subtree; what lies outside is unknown, in the same words."""
    campaign = get_campaign(session, name=name, now=here().clock())
    if not campaign.county_path.startswith(scope()):
        raise SurveyError("campaign.unknown", "missing", name=shorten(name))
    return campaign


def find_county(session: Any, code: str) -> RegionView:
    """The county with this code inside the account's subtree."""
    county = regions.find_region(session, code=code)
    if county is None or county.level != "county" or not county.path.startswith(scope()):
        raise SurveyError("region.unknown", "missing", region=shorten(code))
    return county


def read_evaluation(text: str) -> int:
    """Which evaluation an address or a form names; NO_EVALUATION for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else NO_EVALUATION


def may_write() -> bool:
    """Whether the account in front of us sets surveys up, or only reads."""
    return bool(current_user.is_authenticated and current_user.account.role in WRITERS)


def may_open(endpoint: str) -> bool:
    """Whether the account in front of us may use an endpoint."""
    known = endpoint in here().view_functions and current_user.is_authenticated
    return known and current_user.account.role in users_of(here(), endpoint)


@blueprint.app_context_processor
def describe_reader() -> dict[str, Any]:
    """What the layout shows of the account, and the words that every template may use."""
    if request.blueprint not in ("console", "security"):
        return {}
    account = current_user.account if current_user.is_authenticated else None
    shared = {"account": account, "writer": may_write(), "tongues": _tongues(), "may_open": may_open}
    return {**WORDS, **shared}


@blueprint.app_template_filter("word")
def word_filter(key: str | None, words: dict[str, Any]) -> str:
    """`key|word(GROUPS)`: the word for a key."""
    return word(words, key)


def _tongues() -> list[tuple[str, str, str]]:
    """Each language with its own name and this page's address in it; a page that was posted has no address."""
    at_home = request.method == "POST" or request.endpoint is None
    page = url_for("console.index") if at_home else url_for(str(request.endpoint), **(request.view_args or {}))
    given = {} if at_home else request.args.to_dict()  # never words of url_for: anybody may write them
    queries = {tag: urlencode({**given, "lang": tag}, safe="/") for tag in LOCALES}
    return [(tag, LANGUAGES[tag], f"{page}?{query}") for tag, query in queries.items()]
