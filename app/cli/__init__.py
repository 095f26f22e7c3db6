"""The commands."""

from app.cli.accounts import account
from app.cli.campaigns import campaign
from app.cli.codes import codes
from app.cli.demo import demo
from app.cli.fieldwork import fieldwork
from app.cli.frames import frame
from app.cli.libraries import instrument, scorecard
from app.cli.plans import plan
from app.cli.regions import region
from app.cli.responses import responses
from app.cli.score import score
from app.cli.serve import serve
from app.edge import Renke


def add_commands(app: Renke) -> None:
    """Hang every command on `flask`."""
    for command in (
        account,
        campaign,
        codes,
        demo,
        fieldwork,
        frame,
        instrument,
        plan,
        region,
        responses,
        score,
        scorecard,
        serve,
    ):
        app.cli.add_command(command)
