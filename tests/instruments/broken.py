"""A sound questionnaire, and what each way of breaking it must say."""

from __future__ import annotations

from dataclasses import dataclass

SOUND = """\
instrument: tiny
languages: [zh-CN, en]
title: {zh-CN: "小卷", en: "Tiny"}
introduction: {zh-CN: "请作答。", en: "Please answer."}
minutes: 1
groups: [parent]
stages: [primary]
scales:
  satisfaction-4:
    options:
      - {code: 4, text: {zh-CN: "非常满意", en: "Very satisfied"}}
      - {code: 3, text: {zh-CN: "满意", en: "Satisfied"}}
      - {code: 2, text: {zh-CN: "基本满意", en: "Fairly satisfied"}}
      - {code: 1, text: {zh-CN: "不满意", en: "Not satisfied"}}
      - {code: 9, text: {zh-CN: "不了解", en: "Don't know"}}
    dont_know: [9]
  place:
    options:
      - {code: 1, text: {zh-CN: "城里", en: "Town"}}
      - {code: 2, text: {zh-CN: "村里", en: "Village"}}
sections:
  - id: start
    title: {zh-CN: "开始", en: "Start"}
    items:
      - {id: home, role: background, scale: place, required: false, text: {zh-CN: "住哪?", en: "Where?"}}
  - id: main
    title: {zh-CN: "正题", en: "Main"}
    items:
      - id: teaching
        role: item
        dimension: education_quality
        scale: satisfaction-4
        text: {zh-CN: "教学呢?", en: "Teaching?"}
      - {id: all, role: overall, scale: satisfaction-4, text: {zh-CN: "总的呢?", en: "Overall?"}}
comment:
  text: {zh-CN: "还有吗?", en: "Anything else?"}
  note: {zh-CN: "不写姓名。", en: "No names."}
  limit: 200
"""
TEACHING = "sections[1].items[0]"
OVERALL = "sections[1].items[1]"
STANDARD = "scales.satisfaction-4"


@dataclass(frozen=True)
class Broken:
    """`old` becomes `new`; each problem is a code, a path and words that stand on its line."""

    title: str
    old: str
    new: str
    error: str
    problems: list[tuple[str, str | None, str]]


def shape(title: str, old: str, new: str, *problems: tuple[str, str | None, str]) -> Broken:
    return Broken(title, old, new, "instrument.shape", list(problems))


def meaning(title: str, old: str, new: str, *problems: tuple[str, str | None, str]) -> Broken:
    named = [(f"instrument.{code}", path, words) for code, path, words in problems]
    return Broken(title, old, new, "instrument.invalid", named)


BROKEN = [
    # shape
    shape(
        "an unknown key", "minutes: 1", "minutes: 1\nminute: 2", ("shape.additionalProperties", "minute", "minute: 2")
    ),
    shape(
        "two unknown keys, one of them deep",
        "        role: item\n",
        "        role: item\n        rôle: x\n        weight: 2\n",
        ("shape.additionalProperties", f"{TEACHING}.rôle", "rôle: x"),
        ("shape.additionalProperties", f"{TEACHING}.weight", "weight: 2"),
    ),
    shape("nothing to ask", SOUND[SOUND.index("sections:") :], "", ("shape.required", "", "instrument: tiny")),
    shape("no code", "{code: 4, text:", "{text:", ("shape.required", f"{STANDARD}.options[0]", "非常满意")),
    shape(
        "codes that do not fit a byte",
        "{code: 4,",
        "{code: 251,",
        ("shape.maximum", f"{STANDARD}.options[0].code", "code: 251"),
    ),
    shape("code 0 means blank", "{code: 4,", "{code: 0,", ("shape.minimum", f"{STANDARD}.options[0].code", "code: 0")),
    shape("a code in words", "{code: 4,", "{code: four,", ("shape.type", f"{STANDARD}.options[0].code", "code: four")),
    shape("a code yes", "{code: 4,", "{code: true,", ("shape.type", f"{STANDARD}.options[0].code", "code: true")),
    shape("an id with a dash", "id: teaching", "id: teach-ing", ("shape.pattern", f"{TEACHING}.id", "teach-ing")),
    shape("an id of one letter", "id: teaching", "id: t", ("shape.pattern", f"{TEACHING}.id", "id: t")),
    shape(
        "an id with a line break", "id: teaching", 'id: "teaching\\n"', ("shape.pattern", f"{TEACHING}.id", "teaching")
    ),
    shape("a group with a space", "[parent]", "[par ent]", ("shape.pattern", "groups[0]", "par ent")),
    shape("no group", "[parent]", "[]", ("shape.minItems", "groups", "groups: []")),
    shape("a group twice", "[parent]", "[parent, parent]", ("shape.uniqueItems", "groups", "groups:")),
    shape("a language that is none", "[zh-CN, en]", "[zh_CN, en]", ("shape.pattern", "languages[0]", "zh_CN")),
    shape("a role that is none", "role: item", "role: question", ("shape.enum", f"{TEACHING}.role", "role: question")),
    shape(
        "a direction that is none",
        "role: item",
        "role: item\n        direction: 0",
        ("shape.enum", f"{TEACHING}.direction", "direction: 0"),
    ),
    shape(
        "required in words",
        "required: false",
        "required: maybe",
        ("shape.type", "sections[0].items[0].required", "maybe"),
    ),
    shape("text that is a number", '"请作答。"', "12", ("shape.type", "introduction.zh-CN", "12")),
    shape("text without a language", '{zh-CN: "小卷", en: "Tiny"}', '"小卷"', ("shape.type", "title", "小卷")),
    shape("text by number", 'en: "Tiny"', '1: "Tiny"', ("shape.type", "title", "Tiny")),
    shape("text that never ends", '"Tiny"', f'"{"x" * 2001}"', ("shape.maxLength", "title.en", "xxx")),
    shape("an endless questionnaire", "minutes: 1", "minutes: 61", ("shape.maximum", "minutes", "minutes: 61")),
    shape(
        "two mistakes far apart",
        SOUND,
        SOUND.replace("minutes: 1", "minutes: 0").replace("limit: 200", "limit: many"),
        ("shape.minimum", "minutes", "minutes: 0"),
        ("shape.type", "comment.limit", "limit: many"),
    ),
    # meaning
    meaning("a missing language", ', en: "Tiny"', "", ("text_missing", "title", "小卷")),
    meaning(
        "two missing languages, in a note and in an option",
        SOUND,
        SOUND.replace(', en: "No names."', "").replace('zh-CN: "满意", ', ""),
        ("text_missing", f"{STANDARD}.options[1].text", "Satisfied"),
        ("text_missing", "comment.note", "不写姓名"),
    ),
    meaning("a language not declared", "[zh-CN, en]", "[en]", *[("text_undeclared", None, "zh-CN")] * 16),
    meaning("a blank text", '"Tiny"', '"  "', ("text_blank", "title.en", '"  "')),
    meaning("a text that turns the line round", '"Tiny"', '"\\u202eyniT"', ("text_unprintable", "title.en", "yniT")),
    meaning("half a character", '"Tiny"', '"\\ud800"', ("text_unprintable", "title.en", "ud800")),
    meaning("a stage that is none", "[primary]", "[primary, college]", ("stage_unknown", "stages[1]", "college")),
    meaning("an item twice", "id: all,", "id: teaching,", ("item_repeated", f"{OVERALL}.id", "总的呢")),
    meaning("a section twice", "- id: main", "- id: start", ("section_repeated", "sections[1].id", "- id: start")),
    meaning(
        "no dimension", "        dimension: education_quality\n", "", ("dimension_missing", TEACHING, "id: teaching")
    ),
    meaning(
        "a dimension that is none",
        "dimension: education_quality",
        "dimension: canteen",
        ("dimension_unknown", f"{TEACHING}.dimension", "canteen"),
    ),
    meaning(
        "a dimension and a direction where nothing is scored",
        "role: background,",
        "role: background, dimension: exam_reform, direction: -1,",
        ("dimension_unwanted", "sections[0].items[0].dimension", "role: background"),
        ("direction_unwanted", "sections[0].items[0].direction", "role: background"),
    ),
    meaning(
        "no overall question",
        "role: overall,",
        "role: item, dimension: exam_reform,",
        ("overall_missing", "sections", "sections:"),
    ),
    meaning(
        "two overall questions", "role: item\n", "role: overall\n", ("overall_repeated", f"{OVERALL}.role", "总的呢")
    ),
    meaning(
        "two conduct questions",
        "      - id: teaching\n",
        '      - {id: told, role: conduct, scale: place, text: {zh-CN: "有?", en: "Any?"}}\n'
        '      - {id: told_too, role: conduct, scale: place, text: {zh-CN: "也有?", en: "More?"}}\n'
        "      - id: teaching\n",
        ("conduct_repeated", "sections[1].items[1].role", "told_too"),
    ),
    meaning(
        "a scale nobody declared and one nobody uses",
        "scale: place,",
        "scale: palace,",
        ("scale_unused", "scales.place", "place:"),
        ("scale_undeclared", "sections[0].items[0].scale", "palace"),
    ),
    meaning(
        "an adult who cannot say don't know",
        "scale: satisfaction-4\n        text",
        "scale: place\n        text",
        ("dont_know_missing", f"{TEACHING}.scale", "scale: place"),
    ),
    meaning(
        "a code twice",
        '{code: 2, text: {zh-CN: "村里"',
        '{code: 1, text: {zh-CN: "村里"',
        ("scale_too_few", "scales.place.options", "options:"),
        ("option_code_repeated", "scales.place.options[1].code", "村里"),
    ),
    meaning(
        "words twice",
        'zh-CN: "村里", en: "Village"',
        'zh-CN: "城里", en: "Village"',
        ("option_text_repeated", "scales.place.options[1].text.zh-CN", "Village"),
    ),
    meaning(
        "a standard name on other codes",
        "{code: 4,",
        "{code: 5,",
        ("scale_not_standard", f"{STANDARD}.options", "options:"),
    ),
    meaning(
        "a standard name on another don't know",
        "dont_know: [9]",
        "dont_know: [1]",
        ("dont_know_not_standard", f"{STANDARD}.dont_know", "dont_know: [1]"),
    ),
    meaning(
        "a don't know that is no option",
        "  place:\n",
        "  place:\n    dont_know: [8]\n",
        ("dont_know_unknown", "scales.place.dont_know[0]", "dont_know: [8]"),
    ),
    meaning(
        "nothing but don't know",
        "  place:\n",
        "  place:\n    dont_know: [2]\n",
        ("scale_too_few", "scales.place.options", "options:"),
    ),
]

UNREADABLE: list[tuple[str, str | bytes, str, int | None]] = [
    ("nothing", b"", "empty_document", None),
    ("only white space", " \n\n", "empty_document", None),
    ("not UTF-8", SOUND.encode("gb18030"), "not_utf8", 3),
    ("an Excel file", b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "not_utf8", 1),
    ("too long", "# " + "x" * 1_000_000, "too_large", None),
    ("a bracket too few", SOUND.replace("[zh-CN, en]", "[zh-CN, en"), "not_yaml", 3),
    ("tabs", SOUND.replace("        role: item", "\trole: item"), "not_yaml", 30),
    ("a quote too few", SOUND.replace('"Tiny"', '"Tiny'), "not_yaml", 4),
    ("a key twice", SOUND.replace("minutes: 1", "minutes: 1\nminutes: 2"), "not_yaml", 6),
    ("two documents", SOUND + "---\n" + SOUND, "not_yaml", SOUND.count("\n") + 1),
    (
        "an alias",
        SOUND.replace('title: {zh-CN: "小卷"', 'title: &t {zh-CN: "小卷"').replace(
            "introduction: {", "introduction: *t #"
        ),
        "yaml_alias",
        3,
    ),
    ("one anchor twice", "a: &t [1]\nb: &t [2]\nc: *t\n", "yaml_alias", 2),
    ("too deep", "a: " + "[" * 60 + "]" * 60, "yaml_alias", None),
    ("a map as a key", "? {a: b}\n: c\n", "not_yaml", None),
    ("a control character", SOUND.replace("Tiny", "Ti\x07ny"), "not_yaml", None),
]
