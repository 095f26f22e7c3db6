"""The score: only after closing, verdict first, with everything it was made from."""

from __future__ import annotations

from typing import Any

from flask import Response as Answer
from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import allow
from app.console import returns, scoreboard
from app.console.charts import draw
from app.console.door import READERS, WRITERS, blueprint, find_campaign
from app.console.forms import PressButton
from app.console.spreadsheet import score_csv
from app.console.studies import make_after_score
from app.edge import here
from app.evidence import list_cuts, set_side_by_side
from app.i18n import current_language
from app.notices import notice_lines
from app.statements import statements
from app.verdicts import exact_sentence, level_words, plain_sentence, shown
from app.weights import weights_line
from app.words import GROUPS, word
from surveys import campaigns, evaluations
from surveys.campaigns import CampaignView
from surveys.errors import SurveyError
from surveys.evaluations import EvaluationView


@blueprint.get("/campaigns/<name>/score")
@allow(*READERS)
def score(name: str) -> str:
    """The newest evaluation of the closed campaign; before closing, how far it has come and why there is no score."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        rows = campaigns.progress(session, campaign_id=campaign.id)
        made = _find_settled(session, campaign)
    page: dict[str, Any] = {"campaign": campaign, "simulated": campaign.simulated, "button": PressButton()}
    if made is None:
        return render_template("console/score_waiting.html", returns=returns.lay_out(rows), **page)
    return render_template("console/score.html", **page, **_laid_out(made), newer=_newer(rows, made))


@blueprint.post("/campaigns/<name>/score")
@allow(*WRITERS)
def compute_score(name: str) -> Response:
    """Score the closed campaign by its own scorecard and keep the evaluation."""
    with here().database.begin() as session:
        campaign = find_campaign(session, name)
        if campaign.state != "closed":
            raise SurveyError("score.not_closed", "conflict")
        evaluations.evaluate(session, name=name, now=here().clock())
    make_after_score(name)
    return redirect(url_for("console.score", name=name), 303)


@blueprint.get("/campaigns/<name>/score.csv")
@allow(*READERS)
def score_file(name: str) -> Answer:
    """The rows of the newest evaluation for a spreadsheet."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        made = _find_settled(session, campaign)
    if made is None:
        raise SurveyError("score.not_yet", "missing")
    answer = Answer(score_csv(campaign, scoreboard.lay_out(made)), mimetype="text/csv")
    mark = "-simulated" if campaign.simulated else ""
    name = f"{campaign.name}-score-{made.number}{mark}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _find_settled(session: Any, campaign: CampaignView) -> EvaluationView | None:
    """The newest evaluation by the campaign's own scorecard that was made after closing."""
    if campaign.state != "closed":
        return None
    own = (campaign.scorecard, campaign.scorecard_number)
    made = evaluations.find_evaluation(session, name=campaign.name)
    while made is not None and (made.provisional or (made.scorecard, made.scorecard_number) != own):
        number = made.number - 1
        made = evaluations.find_evaluation(session, name=campaign.name, number=number)
    return made


def _laid_out(made: EvaluationView) -> dict[str, Any]:
    board = scoreboard.lay_out(made)
    result = made.result
    defined = result["composite"]["value"] is not None
    return {
        "board": board,
        "made": made,
        "result": result,
        "plain": plain_sentence(result),
        "exact": exact_sentence(result),
        "beside": set_side_by_side(result),
        "cuts": list_cuts(result, current_language()),
        "steps": weights_line(result["weights"]) if result.get("weights") else "",
        "shown": shown(result) if defined else "—",
        "level": level_words(result),
        "threshold": f"{result['threshold']:g}",
        "missing": _("、").join(word(GROUPS, group) for group in result["missing_groups"]),
        "notices": notice_lines(result["notices"]),
        "statements": statements(result),
        "charts": {"groups": draw(board, board.groups), "dimensions": draw(board, board.dimensions)},
    }


def _newer(rows: tuple[campaigns.ProgressRow, ...], made: EvaluationView) -> int:
    """Responses that came after the evaluation, such as imported ones."""
    return sum(row.responses for row in rows) - made.responses
