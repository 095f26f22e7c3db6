"""The score: only after closing, verdict first, with everything it was made from."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app.access import allow
from app.console import scoreboard
from app.console.charts import draw, draw_zones, sum_up
from app.console.counting import count_returns
from app.console.door import NO_EVALUATION, READERS, WRITERS, blueprint, find_campaign, read_evaluation
from app.console.forms import PressButton
from app.console.noting import SEEN, TAKEN, note, noted
from app.console.returns import lay_out
from app.console.scoreboard import ORDERS, Order, Scoreboard
from app.console.spreadsheet import score_csv
from app.console.strips import Strips
from app.console.studies import make_after_score
from app.console.versions import tell_standing, tell_versions
from app.edge import here
from app.evidence import list_cuts, set_side_by_side
from app.i18n import current_language
from app.notices import notice_lines
from app.statements import statements
from app.verdicts import exact_sentence, level_words, plain_sentence, withheld_sentence
from app.weights import list_steps
from app.words import GROUPS, word
from surveys import evaluations
from surveys.errors import SurveyError
from surveys.evaluations import list_versions
from surveys.publication import Publication, find_publication, find_shown, get_publication, refuse_near
from surveys.review import standing

NEWEST = NO_EVALUATION  # where none is asked for


@blueprint.get("/campaigns/<name>/score")
@allow(*READERS)
def score(name: str) -> str | Answer:
    """An evaluation of the closed campaign, the newest unless asked; before closing, why there is no score."""
    number = _wanted()
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        published = find_publication(session, name=name, now=here().clock(), number=number or None)
        if published is None:
            refuse_near(session, campaign=campaign, number=number)
        near = find_shown(session, campaign=campaign).near
        versions = list_versions(session, campaign=campaign)
        stands = standing(session, campaign_id=campaign.id)
    if number != NEWEST and published is None:
        raise SurveyError("score.no_version", "missing", number=number)
    page: dict[str, Any] = {"campaign": campaign, "simulated": campaign.simulated, "button": PressButton()}
    if published is None:
        counted = count_returns(campaign.id)
        return render_template("console/score_waiting.html", **page, returns=counted and lay_out(counted.rows))
    page |= {"versions": tell_versions(versions, stands, published, near), "standing": tell_standing(stands, published)}
    return _page_of_score(published, page)


@blueprint.post("/campaigns/<name>/score")
@allow(*WRITERS)
def compute_score(name: str) -> Response:
    """Score the closed campaign by its own scorecard and keep the evaluation."""
    with here().database.begin() as session:
        campaign = find_campaign(session, name)
        if campaign.state != "closed":
            raise SurveyError("score.not_closed", "conflict")
        evaluations.evaluate(session, name=name, now=here().clock(), by=current_user.account.name)
    make_after_score(name)
    return redirect(url_for("console.score", name=name), 303)


@blueprint.get("/campaigns/<name>/score.csv")
@allow(*READERS)
@noted(TAKEN)
def score_file(name: str) -> Answer:
    """Everything that may be shown of an evaluation, for a spreadsheet."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        published = get_publication(session, name=name, now=here().clock(), number=_wanted() or None)
    note(evaluation=published.evaluation.number)
    answer = Answer(score_csv(campaign, published), mimetype="text/csv")
    mark = "-simulated" if campaign.simulated else ""
    name = f"{campaign.name}-score-{published.evaluation.number}{mark}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@noted(SEEN)
def _page_of_score(published: Publication, page: dict[str, Any]) -> str:
    note(evaluation=published.evaluation.number)
    board = scoreboard.lay_out(published, _order())
    counted = count_returns(page["campaign"].id)
    newer = None if counted is None else counted.responses - published.evaluation.responses
    return render_template("console/score.html", **page, **_laid_out(board), order=_order(), newer=newer)


def _wanted() -> int:
    """The number of the evaluation that is asked for; what is no number is none that there could be."""
    asked = request.args.get("number", "")
    number = read_evaluation(asked)
    if asked and number == NO_EVALUATION:
        raise SurveyError("score.no_version", "missing", number=asked[:20])
    return number


def _order() -> Order:
    return next((order for order in ORDERS if order == request.args.get("order")), ORDERS[0])


def _laid_out(board: Scoreboard) -> dict[str, Any]:
    made, result = board.evaluation, board.publication.facts
    secret = bool(board.composite.figure.hidden)
    tables = {"ways": board.ways, "items": board.items}
    return {
        "board": board,
        "made": made,
        "result": result,
        "secret": secret,
        "plain": withheld_sentence(board.publication.least_rate) if secret else plain_sentence(result),
        "exact": "" if secret else exact_sentence(result),
        "beside": "" if secret else set_side_by_side(result),
        "statements": [] if secret else statements(result),
        "cuts": list_cuts(result, current_language()),
        "steps": list_steps(result.get("weights")),
        "level": level_words(result),
        "threshold": f"{result['threshold']:g}",
        "missing": _("、").join(word(GROUPS, group) for group in result["missing_groups"]),
        "notices": notice_lines(result["notices"]),
        "strips": {name: Strips.of(table.figures, result["threshold"]) for name, table in tables.items()},
        **_charts(board),
    }


def _charts(board: Scoreboard) -> dict[str, Any]:
    tables = {"groups": board.groups, "dimensions": board.dimensions}
    return {
        "charts": {name: draw(board, table) for name, table in tables.items()},
        "headlines": {name: sum_up(board, table.lines) for name, table in tables.items()},
        "zones": draw_zones(board),
    }
