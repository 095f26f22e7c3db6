"""A LimeSurvey survey as a questionnaire of ours, and all that is in it and not in ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from surveys.carrying.cells import read_list, read_reversed, read_whole
from surveys.carrying.found import (
    Found,
    FoundComment,
    FoundItem,
    FoundScale,
    FoundSection,
    Place,
    Text,
    join_texts,
)
from surveys.carrying.limesurvey.answers import ARRAYS, SINGLE, Answers
from surveys.carrying.limesurvey.tables import LimeRow, read_tables
from surveys.carrying.limesurvey.texts import Texts, order_of

TEXT_TYPES = frozenset("STU")
DISPLAY = "X"
MANDATORY = frozenset("YS")  # S: may be skipped after a warning
LEFT_TABLES = {
    "conditions": "carry.condition",
    "defaultvalues": "carry.default",
    "quota": "carry.quota",
    "assessments": "carry.assessment",
}
LEFT_ATTRIBUTES = {
    "random_order": "carry.random",
    "answer_order": "carry.random",
    "subquestion_order": "carry.random",
    "array_filter": "carry.condition",
    "array_filter_exclude": "carry.condition",
    "em_validation_q": "carry.rule",
    "em_validation_sq": "carry.rule",
    "exclude_all_others": "carry.rule",
}
OURS = ("id", "role", "dimension", "direction")  # attributes that we write, with `renke_` before
USUAL = frozenset({"", "0", "1", "N", "normal"})  # values that leave a question as it is


def read_limesurvey(content: bytes) -> Found:
    """The questionnaire as it stands in the document. Raises SurveyError(`carry.invalid`)."""
    return _Survey(Texts(read_tables(content))).read()


class _Survey:
    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._tables = texts.tables
        self._left = texts.left
        self._found = Found(texts.languages, texts.left)
        self._attributes = _attributes(texts)
        self._answers = Answers(texts)
        self._asked: dict[str, list[LimeRow]] = defaultdict(list)
        for row in texts.in_order("questions", "qid", "question_order"):
            if row.get("parent_qid", "0") in ("", "0"):
                self._asked[row.get("gid", "")].append(row)
        self._comments: list[FoundComment] = []
        self._last_is_text = False

    def read(self) -> Found:
        self._read_settings()
        self._note_tables()
        children = self._children()
        for group in self._texts.in_order("groups", "gid", "group_order"):
            self._read_group(group, children)
        self._found.choose_comment(self._comments, last=self._last_is_text)
        self._read_paper()
        return self._found

    def _read_settings(self) -> None:
        found, rows = self._found, self._tables.get("surveys_languagesettings", ())
        found.title = self._texts.by_language(rows, "surveyls_language", "surveyls_title", Place(path="title"))
        welcome = Place(path="welcometext")
        found.introduction = self._texts.by_language(rows, "surveyls_language", "surveyls_welcometext", welcome)
        described = self._texts.by_language(
            rows, "surveyls_language", "surveyls_description", Place(path="description")
        )
        if described and found.introduction:
            self._left.add("carry.description", Place(path="description"), next(iter(described.values())))
        found.introduction = found.introduction or described
        for row in rows:
            if row.get("surveyls_endtext", "").strip():
                self._left.add("carry.end_text", Place(path="endtext"), language=row.get("surveyls_language", ""))

    def _note_tables(self) -> None:
        titles = {row.get("qid", ""): row.get("title", "") for row in self._tables.get("questions", ())}
        for table, code in LEFT_TABLES.items():
            for row in self._tables.get(table, ()):
                name = titles.get(row.get("qid", ""), "") or row.get("name", "")
                self._left.add(code, Place(path=f"{table} {name}".strip()), question=name)

    def _children(self) -> Mapping[str, list[LimeRow]]:
        """The subquestions of each question; some versions keep them among the questions."""
        found: dict[str, dict[str, LimeRow]] = defaultdict(dict)
        for table in ("subquestions", "questions"):
            for row in self._tables.get(table, ()):
                if row.get("parent_qid", "0") not in ("", "0"):
                    found[row["parent_qid"]].setdefault(row.get("qid", ""), row)
        return {parent: sorted(rows.values(), key=order_of("question_order")) for parent, rows in found.items()}

    def _read_group(self, group: LimeRow, children: Mapping[str, list[LimeRow]]) -> None:
        gid = group.get("gid", "")
        title = self._texts.of("groups", gid, "group_name", Place(path="group"))
        place = Place(path=next(iter(title.values()), "")[:40] or None)
        if group.get("grelevance", "").strip() not in ("", "1"):
            self._left.add("carry.condition", place, group["grelevance"], question=place.path or gid)
        section = FoundSection("", title, place)
        for question in self._asked.get(gid, ()):
            self._read_question(section, question, children.get(question.get("qid", ""), []))
        if section.items:
            attribute = self._attribute(section.items[0].place.path or "", "renke_section")
            section.id = attribute or f"group_{len(self._found.sections) + 1}"
            self._found.sections.append(section)

    def _read_question(self, section: FoundSection, question: LimeRow, children: list[LimeRow]) -> None:
        kind, title = question.get("type", "").strip(), question.get("title", "").strip()
        place = Place(path=title)
        if self._attribute(title, "hidden") == "1":
            self._left.add("carry.hidden", place)
            return
        if kind in SINGLE | ARRAYS and not self._answers.of(question).options:
            self._left.add("carry.no_answers", place, kind)
            self._last_is_text = False
            return
        self._note_question(question, place)
        if kind in SINGLE:
            section.items.append(self._item(question, question, "", self._answers.of(question), place))
        elif kind in ARRAYS:
            scale = self._answers.of(question)
            stem = self._text(question, "question", place)
            for child in children:
                section.items.append(self._part(question, child, stem, scale, title))
        elif kind in TEXT_TYPES:
            self._read_text(question, place)
            return
        elif kind == DISPLAY and not section.items and not self._found.sections:
            self._found.introduction = join_texts(self._found.introduction, self._text(question, "question", place))
            return
        else:
            self._left.add("carry.note" if kind == DISPLAY else "carry.type", place, kind)
        self._last_is_text = False

    def _note_question(self, question: LimeRow, place: Place) -> None:
        title = question.get("title", "").strip()
        if question.get("relevance", "").strip() not in ("", "1"):
            self._left.add("carry.condition", place, question["relevance"], question=title)
        if question.get("preg", "").strip():
            self._left.add("carry.rule", place, question["preg"], question=title)
        if question.get("other") == "Y":
            self._left.add("carry.other", place)
        if question.get("type") == "O":
            self._left.add("carry.beside", place)
        for name, code in LEFT_ATTRIBUTES.items():
            value = self._attribute(title, name)
            if value not in USUAL or (name == "random_order" and value == "1"):
                self._left.add(code, place, value, question=title)

    def _item(self, question: LimeRow, row: LimeRow, code: str, scale: FoundScale, place: Place) -> FoundItem:
        title = question.get("title", "").strip()
        ours = {name: "" if code else self._attribute(title, f"renke_{name}") for name in OURS}
        return FoundItem(
            id=ours["id"] or (f"{title}_{code}" if code else title),
            text=self._text(row, "question", place),
            scale=scale,
            place=place,
            note={} if code else self._text(row, "help", place),
            role=ours["role"],
            dimension=ours["dimension"],
            reversed=read_reversed(ours["direction"], place, self._left),
            required=question.get("mandatory", "").strip() in MANDATORY,
        )

    def _part(self, question: LimeRow, child: LimeRow, stem: Text, scale: FoundScale, title: str) -> FoundItem:
        """A line of an array is a question of its own: what is asked of all lines, then the line."""
        code = child.get("title", "").strip()
        place = Place(path=f"{title} › {code}")
        item = self._item(question, child, code, scale, place)
        item.text = join_texts(stem, item.text)
        if child.get("relevance", "").strip() not in ("", "1"):
            self._left.add("carry.condition", place, child["relevance"], question=code)
        return item

    def _read_text(self, question: LimeRow, place: Place) -> None:
        self._last_is_text = True
        limit = read_whole(self._attribute(place.path or "", "maximum_chars"), place, self._left)
        text, note = self._text(question, "question", place), self._text(question, "help", place)
        self._comments.append(FoundComment(place.path or "", text, note, place, limit))

    def _read_paper(self) -> None:
        """What we wrote of the whole paper stands at its first question."""
        found = self._found
        first = next((item.place.path or "" for item in found.items), "")
        sid = next((row.get("sid", "") for row in self._tables.get("surveys", ())), "")
        found.name = self._attribute(first, "renke_instrument") or f"limesurvey-{sid}".strip("-")
        found.minutes = read_whole(self._attribute(first, "renke_minutes"), Place(path=first), self._left)
        found.groups = read_list(self._attribute(first, "renke_groups"))
        found.stages = read_list(self._attribute(first, "renke_stages"))
        found.grades = self._texts.spoken(self._attributes.get((first, "renke_grades"), {}), Place(path=first))

    def _text(self, row: LimeRow, field: str, place: Place) -> Text:
        return self._texts.of("questions", row.get("qid", ""), field, place)

    def _attribute(self, title: str, name: str) -> str:
        return next(iter(self._attributes.get((title, name), {}).values()), "").strip()


def _attributes(texts: Texts) -> Mapping[tuple[str, str], dict[str, str]]:
    """(title of the question, attribute) -> language -> value."""
    titles = {row.get("qid", ""): row.get("title", "").strip() for row in texts.tables.get("questions", ())}
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in texts.tables.get("question_attributes", ()):
        key = (titles.get(row.get("qid", ""), ""), row.get("attribute", ""))
        found[key][row.get("language", "")] = row.get("value", "")
    return found
