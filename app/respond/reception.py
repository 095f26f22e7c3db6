"""What respondents' pages share while the application runs: limits, doors, the intake, printed pages, the turnstile."""

from __future__ import annotations

from dataclasses import dataclass

from app.edge import Renke, here
from app.limits import Limits
from app.respond.doors import Doors
from app.respond.intake import Intake
from app.respond.prints import Prints
from app.respond.turnstile import Turnstile


@dataclass(frozen=True)
class Reception:
    limits: Limits
    doors: Doors
    intake: Intake
    prints: Prints
    turnstile: Turnstile

    def close(self) -> None:
        self.doors.close()
        self.intake.close()
        self.turnstile.close()


def init_respond(app: Renke) -> None:
    """One reception for each application, so that two in one process share nothing."""
    settings = app.settings
    limits = Limits(settings.limits_storage)
    doors = Doors(app.database, secret=settings.secret, clock=app.clock, limits=limits, stale=settings.stale)
    intake = Intake(app.database, clock=app.clock)
    turnstile = Turnstile(app.database, timezone=settings.timezone, logger=app.logger)
    app.extensions["reception"] = Reception(limits, doors, intake, Prints(), turnstile)


def reception() -> Reception:
    """That of the running application."""
    return reception_of(here())


def reception_of(front: Renke) -> Reception:
    """That of this application, where none is running yet."""
    found: Reception = front.extensions["reception"]
    return found
