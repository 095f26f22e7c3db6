"""The cockpit: how far the open survey has come, on a desk, a phone or a wall, and whom to remind. Never a score."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response as Answer
from flask import render_template, request

from app import reminders
from app.access import allow
from app.console.bars import draw_bars
from app.console.door import READERS, blueprint, find_campaign
from app.edge import here
from app.i18n import local_time
from app.watched import look
from app.words import GROUPS, word
from surveys.campaigns import CampaignView
from surveys.fieldwork.reminding import remind
from surveys.fieldwork.standings import Standing, Watch

EVERY = 10  # seconds after which a page looks again
PATIENCE = 0.05  # seconds that a page waits for the first count; a million answers take longer
OLD = timedelta(seconds=3 * EVERY)  # what is shown meanwhile, when nobody has looked for a while
NEEDIEST, STILL = 8, 20  # schools and places that are shown before one has to ask for the rest
MEDIA = {"csv": "text/csv", "txt": "text/plain"}
blueprint.add_app_template_filter(reminders.addressee)
blueprint.add_app_template_filter(reminders.in_words)


@blueprint.get("/campaigns/<name>/watch")
@allow(*READERS)
def watch(name: str) -> str:
    """Everything that is watched while a survey is open; `view=wall` is for a screen on a wall."""
    return render_template("console/watch_wall.html" if _on_wall() else "console/watch.html", **_seen(name))


@blueprint.get("/campaigns/<name>/watch/now")
@allow(*READERS)
def watch_now(name: str) -> Answer:
    """The part of the page that changes; nothing where the page has it already."""
    seen = _seen(name)
    answer = Answer(render_template(seen["part"], **seen))
    answer.headers["Renke-Taken-At"] = seen["taken"]
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@blueprint.get("/campaigns/<name>/reminders")
@allow(*READERS)
def reminder_list(name: str) -> str:
    """Schools that still miss answers, and what to write to them."""
    campaign, seen = _wait(name)
    found = remind(seen)
    letters = reminders.write_letters(campaign, found)
    page = {"campaign": campaign, "simulated": campaign.simulated, "found": found, "letters": letters}
    return render_template("console/reminders.html", **page, taken=local_time(seen.taken_at))


@blueprint.get("/campaigns/<name>/reminders.<any(csv, txt):kind>")
@allow(*READERS)
def reminder_file(name: str, kind: str) -> Answer:
    """The same for a spreadsheet, or as letters."""
    campaign, seen = _wait(name)
    content = reminders.reminder_file(kind, campaign, remind(seen), seen.taken_at)
    answer = Answer(content, mimetype=MEDIA[kind])
    mark = "-simulated" if campaign.simulated else ""
    answer.headers["Content-Disposition"] = f'attachment; filename="{campaign.name}-reminders{mark}.{kind}"'
    return answer


def _look(name: str, *, patience: float | None) -> tuple[CampaignView, Watch | None]:
    """The campaign, and how it stands, or None where that takes longer."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
    return campaign, look(campaign, patience=patience)


def _wait(name: str) -> tuple[CampaignView, Watch]:
    campaign, seen = _look(name, patience=None)
    assert seen is not None  # whoever waits gets it, or an error
    return campaign, seen


def _seen(name: str) -> dict[str, Any]:
    """What every view of the cockpit shows; without numbers while they are counted for the first time."""
    campaign, seen = _look(name, patience=PATIENCE)
    asked = {key: value for key, value in request.args.items() if key in ("view", "theme", "group")}
    page = {
        "campaign": campaign,
        "simulated": campaign.simulated,
        "here": asked,
        "dark": request.args.get("theme") == "dark",
        "every": EVERY,
    }
    if seen is None:
        return {**page, "part": "console/watch_pending.html", "taken": "", "hurry": True}
    part = "console/watch_wall_now.html" if _on_wall() else "console/watch_now.html"
    return {**page, "part": part, "hurry": here().clock() - seen.taken_at > OLD, **_numbers(seen)}


def _numbers(seen: Watch) -> dict[str, Any]:
    group, names = _group(seen), {each.group: word(GROUPS, each.group) for each in seen.groups}
    return {
        "watch": seen,
        "taken": local_time(seen.taken_at, "%H:%M:%S"),
        "hours": draw_bars(seen.hours, "%H:%M"),
        "days": draw_bars(seen.days, "%m-%d"),
        "neediest": seen.neediest[:NEEDIEST],
        "still": seen.still,
        "shown": STILL,
        "group": group,
        "names": names,
        "of_schools": _of_schools(seen),
        "places": [each for each in seen.places if each.group == group and each.school_code is not None],
        "lines": () if group else _lines(seen),
    }


def _on_wall() -> bool:
    return request.args.get("view") == "wall"


def _group(seen: Watch) -> str | None:
    """The group whose schools are asked for; all of them together else."""
    asked = request.args.get("group")
    return asked if any(each.group == asked for each in _of_schools(seen)) else None


def _of_schools(seen: Watch) -> list[Standing]:
    """The groups that are asked at schools."""
    present = {each.group for each in seen.places if each.school_code is not None}
    return [each for each in seen.groups if each.group in present]


def _lines(seen: Watch) -> list[tuple[Standing, list[Standing | None]]]:
    """Each school with its groups, in the order of the columns."""
    columns = [each.group for each in _of_schools(seen)]
    of_school: dict[str | None, dict[str | None, Standing]] = {}
    for each in seen.places:
        of_school.setdefault(each.school_code, {})[each.group] = each
    schools = [each for each in seen.schools if each.school_code is not None]
    return [(school, [of_school[school.school_code].get(group) for group in columns]) for school in schools]
