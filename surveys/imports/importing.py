"""One file of responses into one campaign: all of it, or nothing and the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from surveys.campaigns.model import CampaignView, Paper
from surveys.errors import SurveyError
from surveys.frames import list_cells
from surveys.groups import GROUPS
from surveys.imports.drafting import propose_mapping
from surveys.imports.layouts import Layout
from surveys.imports.mapping import read_mapping
from surveys.imports.reading import RowReader, schools_of
from surveys.responses import add_imported
from surveys.tables import read_table


@dataclass(frozen=True)
class ImportReport:
    """`rows` of the file became `added` new responses; `repeated` were there already.

    `empty` rows had no answer and `unfinished` ones were never handed in: both were left out. `by_group` counts the
    responses of the file, new or not, `comments` those with a comment. `sheet` is the worksheet that was read.
    """

    rows: int
    added: int
    repeated: int
    empty: int
    unfinished: int
    comments: int
    by_group: Mapping[str, int]
    sheet: str | None


def school_codes(session: Session, *, frame_id: int) -> frozenset[str]:
    """The codes of the schools of a frame, by which a draft knows a column of them."""
    return frozenset(school.code for school in schools_of(list_cells(session, frame_id=frame_id)))


def import_responses(
    session: Session,
    *,
    campaign: CampaignView,
    papers: Sequence[Paper],
    content: bytes,
    filename: str | None,
    mapping: str | bytes | None,
    today: date,
    secret: bytes,
    layout: Layout | None = None,
) -> ImportReport:
    """Add a form tool's export. Without `mapping` the proposed one is used, if nothing in it is doubtful.

    `layout` is the tool's, for the proposal; where it is not given it is told from the headings.

    Raises SurveyError(`table.invalid`, `mapping.malformed`, `mapping.shape`, `mapping.invalid`, `mapping.needed`,
    `import.invalid`) with all problems; nothing is written then. Raises SurveyError(`campaign.sealed`): what was
    imported before would not be recognised.
    """
    if campaign.sealed_on is not None:
        raise SurveyError("campaign.sealed", "conflict")
    table = read_table(content, filename=filename)
    if mapping is None:
        codes = school_codes(session, frame_id=campaign.frame_id)
        draft = propose_mapping(table, papers, layout, schools=codes)
        if not draft.complete:
            raise SurveyError("mapping.needed", "invalid", draft.doubts, filename=filename or "")
        mapping = draft.text
    read = read_mapping(mapping, header=table.header, papers=papers)
    schools = schools_of(list_cells(session, frame_id=campaign.frame_id))
    reader = RowReader(table, read, papers, schools, today)
    responses = list(reader.read())
    if not table.rows:
        reader.findings.add("import.no_rows")
    reader.findings.refuse("import.invalid", filename=filename or "")
    added = add_imported(session, campaign_id=campaign.id, rows=responses, secret=secret)
    count = Counter(response.group for response in responses)
    return ImportReport(
        rows=len(table.rows),
        added=added,
        repeated=len(responses) - added,
        empty=reader.empty,
        unfinished=reader.unfinished,
        comments=sum(response.comment is not None for response in responses),
        by_group={group: count[group] for group in GROUPS if group in count},
        sheet=table.sheet,
    )
