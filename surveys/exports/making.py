"""From an order to its file: what the command, the page and the process in the background do alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from surveys.campaigns import CampaignView, get_campaign
from surveys.exports.extract import Extract
from surveys.exports.files import FORMATS
from surveys.exports.microdata import load_forms, make_microdata
from surveys.exports.ordering import PACKAGE, Order
from surveys.exports.replication import make_package
from surveys.exports.results import make_results
from surveys.exports.shelf import Kept, Shelf
from surveys.publication import get_publication
from surveys.reports.registry import list_issued
from surveys.review import standing


def load_extract(session: Session, *, order: Order, now: datetime, secret: bytes) -> Extract:
    """What an order asks for. Raises SurveyError as `load_forms`, `make_microdata` or `get_publication`."""
    if order.what == "microdata":
        forms = load_forms(session, name=order.campaign, now=now, number=order.evaluation or None)
        return make_microdata(forms, secret=secret, replicates=order.replicates)
    campaign = get_campaign(session, name=order.campaign, now=now)
    published = get_publication(session, name=order.campaign, now=now, number=order.evaluation or None)
    return make_results(published, language=order.language, simulated=campaign.simulated)


def write_extract(extract: Extract, *, order: Order, path: Path, progress: Callable[[int], None]) -> None:
    """Write the file; `progress` hears how many more rows are written."""
    FORMATS[order.format].write(extract, path, order.language, progress)


def shelve(shelf: Shelf, key: str, extract: Extract, *, order: Order) -> Kept:
    """Write the file onto the shelf, saying how far it is."""
    done = 0

    def progress(rows: int) -> None:
        nonlocal done
        done += rows
        shelf.tell(key, done=done, rows=extract.rows)

    progress(0)
    suffix = FORMATS[order.format].suffix

    def write(path: Path) -> int:
        write_extract(extract, order=order, path=path, progress=progress)
        return extract.rows

    return shelf.put(key, suffix=suffix, write=write)


def shelve_package(
    session: Session, shelf: Shelf, key: str, *, order: Order, now: datetime, zone: tzinfo, secret: bytes
) -> Kept:
    """Write a replication package onto the shelf. Raises SurveyError as `make_package`."""
    name, number = order.campaign, order.evaluation or None

    def write(path: Path) -> int:
        return make_package(session, name=name, path=path, now=now, zone=zone, secret=secret, number=number).forms

    return shelf.put(key, suffix=PACKAGE, write=write)


def find_beside(session: Session, *, order: Order, campaign: CampaignView, rule: str) -> Mapping[str, Any]:
    """What a file follows from beside the evaluation: the publication rule, or signatures and reports."""
    if order.what == "results":
        return {"rule": rule}
    if order.what == "package":
        signed = standing(session, campaign_id=campaign.id).signatures
        issued = list_issued(session, campaign_id=campaign.id)
        return {"signed": [str(each) for each in signed], "issued": [each.serial for each in issued]}
    return {}
