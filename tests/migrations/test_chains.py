"""What the trail told before it was chains is chained, and the scores that were kept are told."""

from __future__ import annotations

from surveys import evaluations, schema, trail
from surveys.campaigns import close_campaign
from surveys.db import Database
from tests.factories import NOW, add_campaign, add_posters, open_door, send


def test_what_was_told_before_is_chained_and_kept_scores_are_told(database: Database) -> None:
    with database.begin() as session:
        campaign = add_campaign(session)
        add_campaign(session, campaign="silent")
        for slip in add_posters(session, campaign):
            send(session, open_door(session, slip))
        close_campaign(session, name="tiny", now=NOW)
        trail.record(session, campaign_id=campaign.id, now=NOW, by="小王", action="kit.printed", part={"a": [1, "é"]})
        trail.record(session, campaign_id=None, now=NOW, by="小王", action="region.added")
        evaluations.evaluate(session, name="tiny", now=NOW)
        before = trail.list_deeds(session, campaign_id=campaign.id)
    schema.downgrade(database, "0012")
    schema.upgrade(database)
    with database.read() as session:
        found = {each.campaign: each for each in trail.verify_trail(session)}
        assert {name: (each.number, each.scores, each.fault) for name, each in found.items()} == {
            None: (0, 0, None),  # what is about the installation has no place in the older table
            "tiny": (3, 1, None),
            "silent": (0, 0, None),
        }
        again, kept, printed = trail.list_deeds(session, campaign_id=campaign.id)
        assert (kept, printed) == before
        assert again.facts == {**kept.facts, "before": True}
