"""The commands."""

from app.cli.access import access
from app.cli.accounts import account
from app.cli.analyse import analyse
from app.cli.audit import audit_trail
from app.cli.campaigns import campaign
from app.cli.carrying import export_instrument, import_instrument, instrument_template
from app.cli.codebook import codebook
from app.cli.codes import codes
from app.cli.comments import comments
from app.cli.demo import demo
from app.cli.draws import audit, draw, import_classes, issue, list_drawn
from app.cli.export import export
from app.cli.fieldwork import fieldwork
from app.cli.frames import frame
from app.cli.honesty import evidence, exclusions
from app.cli.libraries import instrument, scorecard
from app.cli.plans import plan
from app.cli.publication import publication
from app.cli.regions import region
from app.cli.replicate import replicate
from app.cli.report import report
from app.cli.responses import responses
from app.cli.reviews import review
from app.cli.score import score
from app.cli.serve import serve
from app.cli.studies import studies
from app.cli.tokens import token
from app.cli.watching import reminders, watch
from app.cli.ways import paper
from app.edge import Renke


def add_commands(app: Renke) -> None:
    """Hang every command on `flask`."""
    for command in (
        access,
        account,
        analyse,
        audit_trail,
        campaign,
        codebook,
        codes,
        comments,
        demo,
        evidence,
        exclusions,
        export,
        fieldwork,
        frame,
        instrument,
        paper,
        plan,
        publication,
        region,
        replicate,
        report,
        responses,
        review,
        score,
        scorecard,
        serve,
        studies,
    ):
        app.cli.add_command(command)
    for command in (watch, reminders):
        fieldwork.add_command(command)
    for command in (draw, audit, list_drawn, issue):
        plan.add_command(command)
    frame.add_command(import_classes)
    account.add_command(token)
    for command in (import_instrument, export_instrument, instrument_template):
        instrument.add_command(command)
