"""The answers that a question of LimeSurvey offers: its own, or those that its type always has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.carrying.cells import read_list
from surveys.carrying.found import FoundOption, FoundScale, Place, Text
from surveys.carrying.limesurvey.tables import LimeRow
from surveys.carrying.limesurvey.texts import Texts, order_of
from surveys.carrying.wording import words_for

SINGLE = frozenset("L!OYG5")
ARRAYS = frozenset("FHABCE")
# type -> name of the scale, and code and word (a key of the wording, or a number) of each option
FIXED: Mapping[str, tuple[str, Sequence[tuple[str, str]]]] = {
    "Y": ("yes-or-no", (("1", "yes"), ("2", "no"))),
    "G": ("gender", (("1", "female"), ("2", "male"))),
    "C": ("yes-no-uncertain", (("1", "yes"), ("3", "uncertain"), ("2", "no"))),
    "E": ("more-or-less", (("3", "increase"), ("2", "same"), ("1", "decrease"))),
    "5": ("points-5", tuple((str(number), str(number)) for number in range(1, 6))),
    "A": ("points-5", tuple((str(number), str(number)) for number in range(1, 6))),
    "B": ("points-10", tuple((str(number), str(number)) for number in range(1, 11))),
}


class Answers:
    """Scales by question; what we wrote of a scale stands among the question's attributes."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._rows: dict[str, list[LimeRow]] = {}
        for row in texts.tables.get("answers", ()):
            self._rows.setdefault(row.get("qid", ""), []).append(row)
        self._said: dict[tuple[str, str], list[LimeRow]] = {}
        for table in ("answer_l10ns", "answers"):
            for row in texts.tables.get(table, ()):
                if row.get("answer"):
                    self._said.setdefault((row.get("qid", ""), row.get("code", "")), []).append(row)
        self._ours: dict[tuple[str, str], str] = {
            (row.get("qid", ""), row.get("attribute", "")): row.get("value", "").strip()
            for row in texts.tables.get("question_attributes", ())
            if row.get("attribute", "").startswith("renke_")
        }
        self._fixed: dict[str, FoundScale] = {}

    def of(self, question: LimeRow) -> FoundScale:
        """What can be answered."""
        kind = question.get("type", "").strip()
        if kind not in FIXED:
            return self._own(question)
        name, options = FIXED[kind]
        if name not in self._fixed:
            made = [FoundOption(code, self._words(word)) for code, word in options]
            self._fixed[name] = FoundScale(name, made, Place(path=question.get("title")))
        return self._fixed[name]

    def _words(self, word: str) -> Text:
        languages = self._texts.languages
        return dict.fromkeys(languages, word) if word.isdigit() else words_for(word, languages)

    def _own(self, question: LimeRow) -> FoundScale:
        qid, title = question.get("qid", ""), question.get("title", "").strip()
        place = Place(path=title)
        ours = self._ours.get((qid, "renke_scale"), "")
        unknown = read_list(self._ours.get((qid, "renke_dont_know"), ""))
        first: dict[str, LimeRow] = {}
        for row in self._rows.get(qid, ()):
            first.setdefault(row.get("code", ""), row)
        options = [
            FoundOption(code.strip(), self._label(qid, row, place), code.strip() in unknown if ours else None)
            for code, row in sorted(first.items(), key=lambda pair: order_of("sortorder")(pair[1]))
        ]
        return FoundScale(ours or title, options, place, bool(ours))

    def _label(self, qid: str, row: LimeRow, place: Place) -> Text:
        """By the answer's number in newer versions, by question and code in older ones and in some exports."""
        if row.get("aid"):
            found = self._texts.of("answers", row["aid"], "answer", place)
            if found:
                return found
        return self._texts.by_language(self._said.get((qid, row.get("code", "")), ()), "language", "answer", place)
