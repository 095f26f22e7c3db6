"""The trail says which evaluation was on the page or in the file, and not only which page it was."""

from __future__ import annotations

from datetime import timedelta

from app.console.noting import SEEN, TAKEN
from app.edge import Renke
from surveys import campaigns, trail
from tests.app.conftest import Clock
from tests.app.desk import Desk, add_people, answer
from tests.factories import NOW

CAMPAIGN = "/console/campaigns/tiny"
SCORE = f"{CAMPAIGN}/score"
FEW = {(group, school): (24, 6) for group in ("student", "parent") for school in ("P01", "P02", "J01")}
MORE = dict.fromkeys(FEW, (48, 6))
PAGES = {
    "score": SCORE,
    "schools_page": f"{SCORE}/schools",
    "certainty": f"{SCORE}/certainty",
    "changes": f"{SCORE}/changes",
    "drivers_page": f"{SCORE}/drivers",
    "packs": f"{CAMPAIGN}/reports",
}


def told(app: Renke, action: str) -> list[tuple[str, int | None]]:
    """What was seen or taken, the first first, with the number of the evaluation."""
    with app.database.read() as session:
        key = campaigns.get_campaign(session, name="tiny", now=NOW).id
        deeds = trail.list_deeds(session, campaign_id=key, action=action)
    return [(deed.facts["what"], deed.facts.get("evaluation")) for deed in reversed(deeds)]


def test_every_page_about_an_evaluation_says_which(app: Renke, clock: Clock) -> None:
    add_people(app)
    answer(app, FEW)
    desk = Desk(app.test_client())
    desk.sign_in("officer")
    desk.post(f"{CAMPAIGN}/close")
    desk.post(SCORE)
    answer(app, MORE)
    clock.now += timedelta(minutes=5)
    desk.post(SCORE)
    before = len(told(app, SEEN))
    for address in PAGES.values():
        assert desk.get(address).status == 200
    assert told(app, SEEN)[before:] == [(what, 2) for what in PAGES]
    assert desk.get(f"{SCORE}?number=1").status == 200
    assert told(app, SEEN)[-1] == ("score", 1)
    assert desk.client.get(f"{SCORE}.csv?number=1").status_code == 200
    assert told(app, TAKEN) == [("score_file", 1)]
