"""The trail as people read it: who did what, when; of a campaign, and of the installation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Response as Answer
from flask import render_template, request, send_file
from flask_babel import gettext as _

from app.access import allow, scope
from app.console.door import blueprint, find_campaign
from app.console.noting import TAKEN, noted
from app.deeds import action_word, chain_line, deed_line
from app.edge import here
from app.i18n import local_time
from app.spreadsheets import Cell, stream_csv
from app.words import who
from surveys import trail
from surveys.trail import Wanted

MOST = 20_000  # entries that are verified while somebody waits for the page
LARGE = 1 << 20  # bytes that a file may have in memory
INSPECTORS = ("administrator", "auditor")
DOING = "-"  # in an address: everything but reading


@blueprint.get("/campaigns/<name>/trail")
@allow("officer", "evaluator", *INSPECTORS)
def trail_page(name: str) -> str:
    """What was done to a campaign, the newest first, and whether its chain is whole."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
        found = _read(session, Wanted(campaign.id, **_asked()), campaign.name)
    return render_template("console/trail.html", campaign=campaign, simulated=campaign.simulated, **found)


@blueprint.get("/campaigns/<name>/trail.csv")
@allow("officer", "evaluator", *INSPECTORS)
@noted(TAKEN)
def trail_file(name: str) -> Answer:
    """The entries that are asked for, the oldest first."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
    return _file(Wanted(campaign.id, **_asked()), campaign.name, simulated=campaign.simulated)


@blueprint.get("/trail")
@allow(*INSPECTORS)
def installation_trail() -> str:
    """What was done about no single campaign (accounts, frames, libraries), as far as one's own subtree goes."""
    with here().database.read() as session:
        found = _read(session, Wanted(None, **_asked(), path=scope()), None)
    return render_template("console/installation_trail.html", **found)


@blueprint.get("/trail.csv")
@allow(*INSPECTORS)
@noted(TAKEN)
def installation_trail_file() -> Answer:
    """The entries of the installation that are asked for, the oldest first."""
    return _file(Wanted(None, **_asked(), path=scope()), "installation", simulated=False)


def _asked() -> dict[str, Any]:
    """What the address asks for."""
    action = request.args.get("action") or None
    about = {"action": None, "reading": False} if action == DOING else {"action": action}
    return {**about, "by": request.args.get("by") or None}


def _read(session: Any, wanted: Wanted, name: str | None) -> dict[str, Any]:
    page = min(request.args.get("page", 1, type=int), 1_000_000)
    found = trail.read_deeds(session, wanted=wanted, page=page)
    checked = trail.verify_chain(session, campaign=name, most=MOST)
    return {
        "found": found,
        "wanted": wanted,
        "asked": wanted.action if wanted.reading else DOING,
        "lines": [(deed, deed_line(deed), _spell(deed)) for deed in found.deeds],
        "actions": sorted((action_word(each), each) for each in found.actions),
        "checked": checked,
        "verdict": chain_line(checked),
    }


def _spell(deed: trail.Deed) -> str:
    return json.dumps(deed.facts, ensure_ascii=False) if deed.facts else ""


def _file(wanted: Wanted, name: str, *, simulated: bool) -> Answer:
    """Written to a file of its own first: a long trail is never in memory, and what is sent needs no database."""
    heads = [_("编号"), _("时间"), _("谁"), _("做了什么"), _("类别"), _("内容"), _("摘要")]
    written = SpooledTemporaryFile(max_size=LARGE)  # noqa: SIM115 (closed once it is sent)
    written.writelines(stream_csv(heads, _rows(wanted)))
    written.seek(0)
    mark = "-simulated" if simulated else ""
    return send_file(written, mimetype="text/csv", as_attachment=True, download_name=f"{name}-trail{mark}.csv")


def _rows(wanted: Wanted) -> Iterator[tuple[Cell, ...]]:
    with here().database.read() as session:
        for deed in trail.stream_deeds(session, wanted=wanted):
            moment = local_time(deed.at, "%Y-%m-%d %H:%M:%S")
            yield deed.number, moment, who(deed.by), deed_line(deed), deed.action, _spell(deed), deed.digest
