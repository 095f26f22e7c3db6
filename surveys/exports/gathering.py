"""The versions of questionnaires that a codebook is made of: by name, or all that a campaign asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, papers_of
from surveys.documents import digest_of
from surveys.errors import SurveyError, shorten
from surveys.exports.codebook import Codebook, codebook_of, study_of
from surveys.exports.dictionary import describe_versions
from surveys.exports.frequencies import count_values
from surveys.exports.microdata import Forms, make_microdata
from surveys.exports.model import PaperVersion
from surveys.instruments.library import library_document
from surveys.instruments.parsing import instrument_from, read_instrument
from surveys.instruments.versions import PublishedInstrument, find_latest, get_version

REFERENCE = re.compile(r"([a-z][a-z0-9-]{1,63})(?:@([0-9]{1,6}))?")
LIBRARY = "library"  # instead of a number, where a questionnaire of the library was not published yet


def read_codebook(session: Session, *, names: Sequence[str]) -> Codebook:
    """The codebook of questionnaires, each `name` (its newest version) or `name@number`.

    Raises SurveyError(`codebook.no_instrument`).
    """
    return codebook_of([_find(session, name) for name in dict.fromkeys(names)])


def campaign_codebook(session: Session, *, campaign: CampaignView, day_of: Callable[[datetime], date]) -> Codebook:
    """The codebook of all papers of a campaign, without data."""
    versions = dict.fromkeys(paper.version_id for paper in papers_of(session, campaign_id=campaign.id))
    papers = [_paper(get_version(session, version_id=each)) for each in versions]
    return Codebook(study_of(campaign, day_of=day_of), describe_versions(papers))


def codebook_of_data(forms: Forms, *, secret: bytes, day_of: Callable[[datetime], date]) -> Codebook:
    """The codebook of the file that the forms of a campaign make, with how often each value occurs."""
    extract = make_microdata(forms, secret=secret)
    study = study_of(forms.campaign, day_of=day_of)
    return Codebook(study, extract.dictionary, count_values(extract), extract.facts)


def _find(session: Session, name: str) -> PaperVersion:
    reference = REFERENCE.fullmatch(name)
    plain, number = reference.groups() if reference else ("", None)
    found = find_latest(session, name=plain, number=None if number is None else int(number)) if plain else None
    if found is not None:
        return _paper(found)
    if not plain or number is not None:
        raise SurveyError("codebook.no_instrument", "missing", name=shorten(name))
    document = read_instrument(library_document(plain))
    return PaperVersion(f"{plain}@{LIBRARY}", digest_of(document), instrument_from(document))


def _paper(found: PublishedInstrument) -> PaperVersion:
    return PaperVersion(f"{found.name}@{found.number}", found.digest, found.instrument)
