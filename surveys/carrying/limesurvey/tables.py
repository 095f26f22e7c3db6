"""The XML as tables of rows. It may name no entities, fetches nothing, and may be neither deep nor large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lxml import etree

from surveys.errors import Problem, SurveyError

LimeRow = Mapping[str, str]
LimeTables = Mapping[str, Sequence[LimeRow]]
DOCUMENT = "LimeSurveyDocType"
SURVEY = "Survey"
L10N = {"questions": ("question_l10ns", "qid"), "groups": ("group_l10ns", "gid"), "answers": ("answer_l10ns", "aid")}


def read_tables(content: bytes) -> LimeTables:
    """Every table of the document. Raises SurveyError(`carry.invalid`)."""
    root = _parse(content)
    kind = root.findtext(DOCUMENT) or ""
    if root.tag != "document" or kind.strip() != SURVEY:
        problem = Problem("carry.no_limesurvey", path=DOCUMENT, value=kind.strip()[:60] or None)
        raise SurveyError("carry.invalid", "invalid", [problem])
    tables: dict[str, list[LimeRow]] = defaultdict(list)
    for table in root:
        for row in table.iterfind("rows/row"):
            tables[str(table.tag)].append({str(cell.tag): cell.text or "" for cell in row})
    tables["languages"] = [{"language": each.text or ""} for each in root.iterfind("languages/language")]
    return tables


def is_limesurvey(content: bytes) -> bool:
    """Whether a file seems to be a document of LimeSurvey, so that it is worth parsing."""
    return DOCUMENT.encode() in content[:4096]


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        problem = Problem("carry.no_xml", line=error.lineno or None)
        raise SurveyError("carry.invalid", "invalid", [problem]) from None
    if root.getroottree().docinfo.doctype:
        raise SurveyError("carry.invalid", "invalid", [Problem("carry.doctype")])
    return root
