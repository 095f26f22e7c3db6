"""A questionnaire of ours as a LimeSurvey survey; what LimeSurvey has no place for stands in question attributes.

The tables are those of versions 5 and 6. An attribute that LimeSurvey does not know is kept and written out again,
and shown nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from surveys.carrying.cells import write_list
from surveys.carrying.found import Left, Place
from surveys.carrying.languages import CHINESE
from surveys.carrying.limesurvey.markup import to_html
from surveys.carrying.naming import fit_code
from surveys.instruments.model import CommentBox, Instrument, Item, Text

DB_VERSION = "490"
SURVEY_ID = "100001"  # LimeSurvey gives another where it is taken
FIRST_GROUP, FIRST_QUESTION, FIRST_ANSWER = 101, 1001, 10001
LONGEST_CODE = 20  # letters of a question's code
LONGEST_TITLE = 200  # letters of a survey's title
THEIR_CHINESE = "zh-Hans"
LIST, LONG_TEXT = ("L", "listradio"), ("T", "longfreetext")

Cells = Mapping[str, str]
SURVEY: Cells = {
    "gsid": "1", "admin": "inherit", "adminemail": "inherit", "anonymized": "Y", "format": "G", "savetimings": "N",
    "template": "inherit", "datestamp": "N", "usecookie": "N", "allowregister": "N", "allowsave": "N",
    "autoredirect": "N", "allowprev": "Y", "printanswers": "N", "ipaddr": "N", "refurl": "N", "publicstatistics": "N",
    "publicgraphs": "N", "listpublic": "N", "htmlemail": "Y", "sendconfirmation": "N", "tokenanswerspersistence": "N",
    "assessments": "N", "usecaptcha": "N", "usetokens": "N", "tokenlength": "-1", "showxquestions": "Y",
    "showgroupinfo": "N", "shownoanswer": "Y", "showqnumcode": "X", "showwelcome": "Y", "showprogress": "Y",
    "questionindex": "0", "navigationdelay": "0", "nokeyboard": "N", "alloweditaftercompletion": "N",
}  # fmt: skip


def write_limesurvey(instrument: Instrument, left: Left) -> bytes:
    """The document; what could not be written as it is goes into `left`."""
    root = etree.Element("document")
    etree.SubElement(root, "LimeSurveyDocType").text = "Survey"
    etree.SubElement(root, "DBVersion").text = DB_VERSION
    tags = _tags(instrument.languages)
    languages = etree.SubElement(root, "languages")
    for tag in tags.values():
        etree.SubElement(languages, "language").text = tag
    for name, rows in _Survey(instrument, tags, left).tables().items():
        _write(root, name, rows)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _tags(languages: Sequence[str]) -> dict[str, str]:
    """Ours -> theirs."""
    return {each: THEIR_CHINESE if each == CHINESE and THEIR_CHINESE not in languages else each for each in languages}


def _write(root: etree._Element, name: str, rows: Sequence[Cells]) -> None:
    table = etree.SubElement(root, name)
    fields = etree.SubElement(table, "fields")
    for field in dict.fromkeys(field for row in rows for field in row):
        etree.SubElement(fields, "fieldname").text = field
    body = etree.SubElement(table, "rows")
    for row in rows:
        element = etree.SubElement(body, "row")
        for field, value in row.items():
            etree.SubElement(element, field).text = etree.CDATA(value) if value else None


class _Survey:
    """The rows of every table, numbered as they come."""

    def __init__(self, instrument: Instrument, tags: Mapping[str, str], left: Left) -> None:
        self._instrument = instrument
        self._tags = tags
        self._left = left
        self._codes: set[str] = set()
        self._tables: dict[str, list[Cells]] = {
            name: []
            for name in (
                "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "question_l10ns",
                "question_attributes", "surveys", "surveys_languagesettings",
            )
        }  # fmt: skip

    def tables(self) -> Mapping[str, Sequence[Cells]]:
        self._add_survey()
        instrument = self._instrument
        for place, section in enumerate(instrument.sections):
            gid = str(FIRST_GROUP + place)
            self._add_group(gid, place, section.title)
            for order, item in enumerate(section.items):
                about = self._of_paper() if place == order == 0 else []
                about += [("renke_section", section.id, "")] if order == 0 else []
                self._add_item(gid, order, item, about)
        if instrument.comment:
            self._add_comment(gid, len(section.items), instrument.comment)
        return self._tables

    def _add_survey(self) -> None:
        instrument, (base, *more) = self._instrument, self._tags.values()
        languages = {"language": base, "additional_languages": " ".join(more)}
        self._tables["surveys"].append({"sid": SURVEY_ID, **SURVEY, **languages})
        for ours, theirs in self._tags.items():
            title = instrument.title[ours]
            if len(title) > LONGEST_TITLE:
                self._left.add("carry.long_title", Place(path="title"), title, limit=LONGEST_TITLE)
            row = {"surveyls_survey_id": SURVEY_ID, "surveyls_language": theirs, "surveyls_title": to_html(title)}
            welcome = to_html(instrument.introduction[ours])
            self._tables["surveys_languagesettings"].append(row | {"surveyls_welcometext": welcome})

    def _add_group(self, gid: str, place: int, title: Text) -> None:
        row = {"gid": gid, "sid": SURVEY_ID, "group_order": str(place), "randomization_group": "", "grelevance": "1"}
        self._tables["groups"].append(row)
        self._speak("group_l10ns", {"gid": gid}, {"group_name": title, "description": {}})

    def _add_item(self, gid: str, order: int, item: Item, about: list[tuple[str, str, str]]) -> None:
        qid = self._add_question(gid, order, item.id, LIST, required=item.required)
        self._speak("question_l10ns", {"qid": qid}, {"question": item.text, "help": item.note or {}})
        scale = item.scale
        about = [*about, ("renke_id", item.id, ""), ("renke_role", item.role, ""), ("renke_scale", scale.name, "")]
        about += [("renke_dont_know", write_list(tuple(map(str, sorted(scale.dont_know)))), "")]
        about += [("renke_dimension", item.dimension, "")] if item.dimension else []
        about += [("renke_direction", "-1", "")] if item.direction == -1 else []
        self._add_attributes(qid, about)
        for place, option in enumerate(scale.options):
            aid = str(FIRST_ANSWER + len(self._tables["answers"]))
            row = {"aid": aid, "qid": qid, "code": str(option.code), "sortorder": str(place)}
            self._tables["answers"].append(row | {"assessment_value": "0", "scale_id": "0"})
            self._speak("answer_l10ns", {"aid": aid}, {"answer": option.text})

    def _add_comment(self, gid: str, order: int, comment: CommentBox) -> None:
        qid = self._add_question(gid, order, "comment", LONG_TEXT, required=False)
        self._speak("question_l10ns", {"qid": qid}, {"question": comment.text, "help": comment.note})
        self._add_attributes(qid, [("maximum_chars", str(comment.limit), "")])

    def _add_question(self, gid: str, order: int, name: str, kind: tuple[str, str], *, required: bool) -> str:
        code = fit_code(name, LONGEST_CODE, self._codes)
        self._codes.add(code.casefold())
        qid = str(FIRST_QUESTION + len(self._tables["questions"]))
        row = {"qid": qid, "parent_qid": "0", "sid": SURVEY_ID, "gid": gid, "type": kind[0], "title": code}
        row |= {"other": "N", "mandatory": "Y" if required else "N", "encrypted": "N", "question_order": str(order)}
        row |= {"scale_id": "0", "same_default": "0", "relevance": "1", "question_theme_name": kind[1]}
        self._tables["questions"].append(row | {"same_script": "0"})
        return qid

    def _of_paper(self) -> list[tuple[str, str, str]]:
        """What concerns the whole paper stands at its first question: the survey itself has no attributes."""
        instrument = self._instrument
        about = [("renke_instrument", instrument.name, ""), ("renke_minutes", str(instrument.minutes), "")]
        about += [("renke_groups", write_list(instrument.groups), "")]
        about += [("renke_stages", write_list(instrument.stages), "")] if instrument.stages else []
        grades = instrument.grades or {}
        return about + [("renke_grades", to_html(text), self._tags[each]) for each, text in grades.items()]

    def _add_attributes(self, qid: str, about: Iterable[tuple[str, str, str]]) -> None:
        for name, value, language in about:
            row = {"qid": qid, "attribute": name, "value": value}
            self._tables["question_attributes"].append(row | ({"language": language} if language else {}))

    def _speak(self, table: str, key: Cells, texts: Mapping[str, Text]) -> None:
        """A row for each language."""
        for ours, theirs in self._tags.items():
            rows = self._tables[table]
            said = {field: to_html(text.get(ours, "")) for field, text in texts.items()}
            rows.append({"id": str(len(rows) + 1), **key, **said, "language": theirs})
