"""The codebook (编码手册) of a campaign: what its variables mean, and for analysts how often each value occurs."""

from __future__ import annotations

from flask import Response as Answer
from flask import abort, request
from flask_login import current_user

from app.access import allow
from app.codebook import KINDS, render_codebook
from app.codebook.reading import data_codebook, filename_of, papers_codebook
from app.console.door import READERS, blueprint, find_campaign
from app.console.noting import TAKEN, note, noted
from app.edge import here
from app.i18n import LANGUAGES, current_language
from surveys.accounts import MICRODATA_ROLES
from surveys.exports.codebook import Codebook

OF_SUFFIX = {kind.suffix: name for name, kind in KINDS.items()}


@blueprint.get("/campaigns/<name>/codebook.<kind>")
@allow(*READERS)
def codebook_file(name: str, kind: str) -> Answer:
    """The papers of the campaign; with `frequencies=1`, for analysts, the file of answers."""
    with here().database.read() as session:
        campaign = find_campaign(session, name)
    if kind not in OF_SUFFIX:
        abort(404)
    if request.args.get("frequencies") == "1":
        return _with_frequencies(name, kind)
    return _send(papers_codebook(campaign), name, kind)


@noted(TAKEN)
def _with_frequencies(name: str, kind: str) -> Answer:
    if current_user.account.role not in MICRODATA_ROLES:
        abort(403)
    found = data_codebook(name)
    if found.facts["evaluation"]:
        note(evaluation=int(found.facts["evaluation"]))
    return _send(found, name, kind)


def _send(codebook: Codebook, name: str, suffix: str) -> Answer:
    language, kind = _language(), OF_SUFFIX[suffix]
    content = render_codebook(codebook, kind=kind, language=language)
    answer = Answer(content, content_type=KINDS[kind].content)
    filename = filename_of(name, language, suffix, counted=codebook.frequencies is not None)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def _language() -> str:
    asked = request.args.get("language")
    return asked if asked in LANGUAGES else current_language()
