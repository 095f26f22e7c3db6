"""Files for analysts: the codebook, the results, and the answers with their design; resumed where they broke off."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import jsonify, request

from app.access import allow
from app.api.door import READERS, answers, at, find_campaign, gives_file
from app.api.noting import note_deed, note_taken
from app.api.queries import MicrodataWanted, ResultsWanted
from app.api.shapes import CodebookShape, DictionaryShape
from app.edge import here
from app.exports import Ordered, begin, look_up, make_now, refusal_of, send_kept
from app.i18n import DEFAULT
from surveys.accounts import MICRODATA_ROLES
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.exports import Failed, Kept, Underway
from surveys.exports.codebook import Codebook, as_json
from surveys.exports.dictionary import plain_dictionary
from surveys.exports.gathering import campaign_codebook

AGAIN = 3  # seconds after which to ask again for a file that is being made


@at("/campaigns/<slug:name>/exports/dictionary")
@allow(*READERS, scope="instruments:read")
@answers(DictionaryShape, also=(404,))
def get_dictionary(name: str) -> Any:
    """The variables of its data: names, codes, labels, who was asked"""
    return plain_dictionary(_codebook(name).dictionary)


@at("/campaigns/<slug:name>/exports/codebook")
@allow(*READERS, scope="instruments:read")
@answers(CodebookShape, also=(404,))
def get_codebook(name: str) -> Answer:
    """The codebook: the same, and what is known of the study"""
    return Answer(as_json(_codebook(name)), mimetype="application/json")


@at("/campaigns/<slug:name>/exports/results/<format:format>")
@allow(*READERS, scope="results:read")
@gives_file(asks=ResultsWanted)
def get_results(query: dict[str, Any], name: str, format: str) -> Answer:
    """Every figure that may be shown, as a file"""
    campaign = _campaign(name)
    ordered = _look_up(campaign, "results", format, query)
    return _send(make_now(ordered), ordered, campaign)


@at("/campaigns/<slug:name>/exports/microdata/<format:format>")
@allow(*MICRODATA_ROLES, scope="microdata:read")
@gives_file(asks=MicrodataWanted, waits=True)
def get_microdata(query: dict[str, Any], name: str, format: str) -> Answer:
    """The answers with their design and weights, as a file

    Where the file is not there yet, it is made, and the answer is 202: ask again after `Retry-After` seconds. It is the
    same file as long as nothing has changed.
    """
    campaign = _campaign(name)
    if campaign.state != "closed":
        raise SurveyError("export.not_closed", "conflict", name=campaign.name)
    ordered = _look_up(campaign, "microdata", format, query)
    if isinstance(ordered.state, Kept):
        return _send(ordered.state, ordered, campaign)
    if not isinstance(ordered.state, Underway):
        order = ordered.order
        about = {"replicates": order.replicates, "number": order.evaluation}
        note_deed(campaign, "data.ordered", format=order.format, **about)
        begin(ordered)
    if isinstance(ordered.state, Failed):
        raise refusal_of(ordered.state)  # it is told once, and tried again meanwhile
    return _wait(ordered.state)


def _codebook(name: str) -> Codebook:
    timezone = here().settings.timezone
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        return campaign_codebook(session, campaign=campaign, day_of=lambda moment: moment.astimezone(timezone).date())


def _campaign(name: str) -> CampaignView:
    with here().database.read() as session:
        return find_campaign(session, name)


def _look_up(campaign: CampaignView, what: str, format: str, query: dict[str, Any]) -> Ordered:
    language, replicates = query.get("language", DEFAULT), query.get("replicates", "0")
    return look_up(
        campaign=campaign,
        what=what,
        number=query.get("evaluation"),
        format=format,
        language=language,
        replicates=replicates,
    )


def _send(kept: Kept, ordered: Ordered, campaign: CampaignView) -> Answer:
    answer = send_kept(kept, ordered, campaign=campaign)
    if request.method == "GET" and answer.status_code != 304:
        note_taken(campaign, f"api_{ordered.order.what}", ordered.order.evaluation)
    return answer


def _wait(state: Underway | None) -> Answer:
    done, rows = (state.done, state.rows) if state else (0, 0)
    answer = jsonify({"state": "underway", "done": done, "rows": rows})
    answer.status_code = 202
    answer.headers["Retry-After"] = str(AGAIN)
    return answer
