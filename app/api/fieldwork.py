"""How far a campaign has come, as the cockpit shows it. Counts, and nothing that was answered."""

from __future__ import annotations

from typing import Any

from app.access import allow
from app.api.door import READERS, answers, at, find_campaign
from app.api.paging import HEADERS, Part, laid_out
from app.api.queries import PlacesWanted
from app.api.shapes import PlacesShape, ProgressShape
from app.edge import here
from app.watched import look
from surveys.fieldwork.standings import Standing, Watch
from surveys.groups import GROUPS

AMOUNTS = ("population", "posters", "slips", "opened", "completed", "target", "missing", "rate")
Place = tuple[bool, str, int]  # whether in no school, the school's code, the group


@at("/campaigns/<slug:name>/progress")
@allow(*READERS, scope="fieldwork:read")
@answers(ProgressShape, also=(404,))
def get_progress(name: str) -> Any:
    """How far it has come, by group and by school"""
    seen = _look(name)
    return {
        "campaign": name,
        "counted_at": seen.taken_at,
        "plan": seen.plan,
        "total": _plain(seen.total),
        "groups": [_plain(each) for each in seen.groups],
        "schools": [_plain(each) for each in seen.schools],
    }


@at("/campaigns/<slug:name>/progress/places")
@allow(*READERS, scope="fieldwork:read")
@answers(PlacesShape, asks=PlacesWanted, also=(404,), headers=HEADERS)
def list_places(query: dict[str, Any], name: str) -> Any:
    """The same for each group at each school, and then for groups that belong to none"""
    seen, limit = _look(name), query["limit"]
    after = _place_after(query["cursor"]) if "cursor" in query else None
    rows = [each for each in seen.places if _is_wanted(each, query) and (after is None or _place(each) > after)]
    following = _cursor_after(rows[limit - 1]) if len(rows) > limit else None
    return laid_out(Part([_plain(each) for each in rows[:limit]], following))


def _look(name: str) -> Watch:
    with here().database.read() as session:
        campaign = find_campaign(session, name)
    seen = look(campaign, patience=None)
    assert seen is not None  # whoever waits gets it, or an error
    return seen


def _is_wanted(standing: Standing, query: dict[str, Any]) -> bool:
    group, school = query.get("group"), query.get("school")
    return group in (None, standing.group) and school in (None, standing.school_code)


def _place(standing: Standing) -> Place:
    code = standing.school_code
    return code is None, code or "", GROUPS.index(str(standing.group))


def _cursor_after(standing: Standing) -> str:
    _nowhere, code, group = _place(standing)
    return f"p{group}{code.encode().hex()}"


def _place_after(cursor: str) -> Place:
    code = bytes.fromhex(cursor[2:]).decode("utf-8", "replace")
    return not code, code, int(cursor[1])


def _plain(standing: Standing) -> dict[str, Any]:
    amounts = {name: getattr(standing.amounts, name) for name in AMOUNTS}
    return {
        "group": standing.group,
        "school": standing.school_code,
        "school_name": standing.school_name,
        **amounts,
        "last_on": standing.last_on,
        "still": standing.still,
        "few": standing.few,
        "half_width": standing.half_widths.now,
        "half_width_projected": standing.half_widths.projected,
    }
