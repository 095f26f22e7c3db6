"""Texts by language, whichever generation of LimeSurvey wrote them: in the rows themselves, or in rows beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from surveys.carrying.found import Left, Place, Text
from surveys.carrying.languages import CHINESE, read_language
from surveys.carrying.limesurvey.markup import expressions, from_html
from surveys.carrying.limesurvey.tables import L10N, LimeRow, LimeTables

LONGEST = 10_000  # letters of a text with its markup; a text of ours has 2,000 at most


class Texts:
    """The tables of a survey, and what their rows say in each of its languages."""

    def __init__(self, tables: LimeTables) -> None:
        self.tables = tables
        self.left = Left()
        self._tags = self._read_languages()
        self.languages = list(dict.fromkeys(self._tags.values()))
        self._beside: dict[str, Mapping[str, list[LimeRow]]] = {}
        self._noted: set[tuple[object, ...]] = set()

    def _read_languages(self) -> dict[str, str]:
        """LimeSurvey's tag -> ours, the base language first."""
        survey = next(iter(self.tables.get("surveys", ())), {})
        base, more = survey.get("language", "").strip(), survey.get("additional_languages", "").split()
        listed = [row["language"].strip() for row in self.tables.get("languages", ())]
        spoken = [each for each in dict.fromkeys([base, *more, *listed]) if each]
        found = {}
        for each in spoken:
            tag = read_language(each)
            if tag is None:
                self.left.add("carry.language_unknown", Place(path="languages"), each)
            else:
                found[each] = tag
        return found or {"": CHINESE}

    def in_order(self, table: str, key: str, order: str) -> list[LimeRow]:
        """One row for each key, although older versions have one for each language."""
        first: dict[str, LimeRow] = {}
        for row in self.tables.get(table, ()):
            first.setdefault(row.get(key, ""), row)
        return sorted(first.values(), key=order_of(order))

    def of(self, table: str, key: str, field: str, place: Place) -> Text:
        """What a row says in each language."""
        beside, name = L10N[table]
        rows = self._rows(beside, name).get(key) or [
            row for each in (table, f"sub{table}") for row in self._rows(each, name).get(key, ())
        ]
        return self.by_language(rows, "language", field, place)

    def by_language(self, rows: Iterable[LimeRow], tag: str, field: str, place: Place) -> Text:
        return self.spoken({row.get(tag, ""): row.get(field, "") for row in rows}, place)

    def spoken(self, said: Mapping[str, str], place: Place) -> Text:
        """Plain texts in our languages and their order; what was more than text is noted, once for a place."""
        found: Text = {}
        for theirs, ours in self._tags.items():
            text = self._plain(said.get(theirs, ""), place)
            if text:
                found.setdefault(ours, text)
        return found

    def _plain(self, markup: str, place: Place) -> str:
        if len(markup) > LONGEST:
            self.left.add("carry.cut", place, limit=LONGEST)
            markup = markup[:LONGEST]
        text, more = from_html(markup)
        if more and ("markup", place) not in self._noted:
            self._noted.add(("markup", place))
            self.left.add("carry.markup", place)
        for each in expressions(markup):
            if (each, place) not in self._noted:
                self._noted.add((each, place))
                self.left.add("carry.expression", place, each)
        return text

    def _rows(self, table: str, key: str) -> Mapping[str, list[LimeRow]]:
        if table not in self._beside:
            found: dict[str, list[LimeRow]] = defaultdict(list)
            for row in self.tables.get(table, ()):
                found[row.get(key, "")].append(row)
            self._beside[table] = found
        return self._beside[table]


def order_of(field: str) -> Callable[[LimeRow], int]:
    """A sort key: the number under `field`, 0 where there is none."""

    def number(row: LimeRow) -> int:
        given = row.get(field, "").strip()
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    return number
