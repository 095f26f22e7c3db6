"""The commands."""

from app.edge import Renke


def add_commands(app: Renke) -> None:
    """Hang every command on `flask`."""
