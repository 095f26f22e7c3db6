"""A questionnaire of ours as an XLSForm; what the form has no place for stands in columns named `renke_…`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence

import xlsxwriter

from surveys.carrying.cells import write_list
from surveys.carrying.found import Left, Place
from surveys.carrying.languages import name_language
from surveys.carrying.naming import fit_word
from surveys.instruments.model import Instrument, Item, Scale, Text

REFERENCE = re.compile(r"\$(?=\{)")
TAKEN = ("meta", "instanceid")  # names that a form uses itself
Row = dict[str, str | int]
WIDTHS = {"type": 26, "name": 22, "list_name": 22, "label": 50, "hint": 40}


def write_xlsform(instrument: Instrument, left: Left) -> bytes:
    """The workbook; what could not be written as it is goes into `left`."""
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    for name, rows in (
        ("survey", list(_survey(instrument, left))),
        ("choices", list(_choices(instrument, left))),
        ("settings", [_settings(instrument)]),
    ):
        _write(workbook, name, rows)
    workbook.close()
    return content.getvalue()


def _write(workbook: xlsxwriter.Workbook, name: str, rows: Sequence[Row]) -> None:
    sheet = workbook.add_worksheet(name)
    bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, WIDTHS.get(heading.split("::")[0], 16))
        sheet.write_string(0, column, heading, bold)
    for number, row in enumerate(rows, start=1):
        for column, heading in enumerate(headings):
            value = row.get(heading, "")
            if isinstance(value, int):
                sheet.write_number(number, column, value, wrapped)
            elif value:
                sheet.write_string(number, column, value, wrapped)
    sheet.freeze_panes(1, 0)


def _survey(instrument: Instrument, left: Left) -> Iterator[Row]:
    """The headings come from the first rows, so that they stand in the usual order."""
    top = {*TAKEN, *(section.id for section in instrument.sections)}
    introduction = fit_word("introduction", "introduction", top)
    none = dict.fromkeys(instrument.languages, "")
    yield _row("note", introduction, _labels("label", instrument.introduction, left, "introduction"), none)
    for section in instrument.sections:
        name = fit_word(section.id, section.id, TAKEN)
        own: Row = {"renke_id": section.id}
        yield _row("begin_group", name, _labels("label", section.title, left, section.id), none) | own
        for item in section.items:
            yield _item(item, left)
        yield {"type": "end_group"}
    if instrument.comment:
        name = fit_word("comment", "comment", {introduction, *top})
        labels = _labels("label", instrument.comment.text, left, name)
        hints = _labels("hint", instrument.comment.note, left, name)
        yield {"type": "text", "name": name, **labels, **hints, "renke_limit": instrument.comment.limit}


def _row(kind: str, name: str, labels: Mapping[str, str], none: Mapping[str, str]) -> Row:
    """A row with every column that any row has, in their order."""
    empty = {f"{base}::{name_language(each)}": "" for base in ("label", "hint") for each in none}
    ours = dict.fromkeys(("renke_id", "renke_role", "renke_dimension", "renke_direction"), "")
    return {"type": kind, "name": name, **empty, **labels, "required": "", **ours}


def _item(item: Item, left: Left) -> Row:
    name = fit_word(item.id, item.id, TAKEN)
    row: Row = {"type": f"select_one {item.scale.name}", "name": name, **_labels("label", item.text, left, item.id)}
    row |= _labels("hint", item.note, left, item.id) if item.note else {}
    row |= {"required": "yes"} if item.required else {}
    row |= {"renke_id": item.id, "renke_role": item.role}
    row |= {"renke_dimension": item.dimension} if item.dimension else {}
    return row | ({"renke_direction": -1} if item.direction == -1 else {})


def _choices(instrument: Instrument, left: Left) -> Iterator[Row]:
    scales: dict[str, Scale] = {item.scale.name: item.scale for item in instrument.items}
    for scale in scales.values():
        for option in scale.options:
            unknown = "yes" if option.code in scale.dont_know else "no"
            labels = _labels("label", option.text, left, scale.name)
            row: Row = {"list_name": scale.name, "name": option.code, **labels}
            yield row | {"renke_dont_know": unknown, "renke_scale": scale.name}


def _settings(instrument: Instrument) -> Row:
    first, *others = instrument.languages
    row: Row = {"form_title": instrument.title[first], "form_id": instrument.name}
    row |= {"default_language": name_language(first)}
    row |= {f"renke_title::{name_language(each)}": instrument.title[each] for each in others}
    row |= {"renke_minutes": instrument.minutes, "renke_groups": write_list(instrument.groups)}
    row |= {"renke_stages": write_list(instrument.stages)} if instrument.stages else {}
    grades = instrument.grades or {}
    return row | {f"renke_grades::{name_language(each)}": text for each, text in grades.items()}


def _labels(heading: str, text: Text, left: Left, name: str) -> dict[str, str]:
    """A form would take ${…} for a reference to another question, so a space goes between."""
    for words in text.values():
        if REFERENCE.search(words):
            left.add("carry.reference_broken", Place(path=name), words)
    return {f"{heading}::{name_language(each)}": REFERENCE.sub("$ ", words) for each, words in text.items()}
