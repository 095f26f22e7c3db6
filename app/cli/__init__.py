"""The commands."""

from importlib import import_module

from app.edge import Renke

# TEMPORARY while modules land
WANTED = (
    "accounts:account",
    "campaigns:campaign",
    "codes:codes",
    "demo:demo",
    "frames:frame",
    "libraries:instrument",
    "libraries:scorecard",
    "regions:region",
    "responses:responses",
    "score:score",
    "serve:serve",
)


def add_commands(app: Renke) -> None:
    """Hang every command on `flask`."""
    for each in WANTED:
        module, name = each.split(":")
        try:
            app.cli.add_command(getattr(import_module(f"app.cli.{module}"), name))
        except ImportError:
            continue
