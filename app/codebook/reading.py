"""Codebooks at the edge: what is read in one transaction, and laid out after it."""

from __future__ import annotations

from datetime import date, datetime

from app.edge import here
from surveys.campaigns import CampaignView
from surveys.exports.codebook import Codebook
from surveys.exports.gathering import campaign_codebook, codebook_of_data, read_codebook
from surveys.exports.microdata import load_forms


def instrument_codebook(names: tuple[str, ...]) -> Codebook:
    """The codebook of questionnaires, by the names that people write. Raises as `read_codebook` does."""
    with here().database.read() as session:
        return read_codebook(session, names=names)


def papers_codebook(campaign: CampaignView) -> Codebook:
    """The codebook of the papers of a campaign, without data."""
    with here().database.read() as session:
        return campaign_codebook(session, campaign=campaign, day_of=_day_of)


def data_codebook(name: str) -> Codebook:
    """The codebook of the answers of a campaign that is closed, for those who may read them.

    Raises SurveyError as `load_forms` does.
    """
    app = here()
    with app.database.read() as session:
        forms = load_forms(session, name=name, now=app.clock())
    return codebook_of_data(forms, secret=app.settings.secret, day_of=_day_of)


def filename_of(name: str, language: str, suffix: str, *, counted: bool) -> str:
    """Such as demo-codebook-frequencies-zh-CN.pdf."""
    return "-".join([name, "codebook", *(["frequencies"] if counted else []), f"{language}.{suffix}"])


def _day_of(moment: datetime) -> date:
    return moment.astimezone(here().settings.timezone).date()
