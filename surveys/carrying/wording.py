"""Words that a paper needs where its source has none, and the words of the standard scales."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from surveys.carrying.found import Text
from surveys.carrying.languages import CHINESE, ENGLISH
from surveys.imports.labels import fold

Spoken = tuple[str, ...]  # the first is written, all are understood

WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {CHINESE: "问卷", ENGLISH: "Questionnaire"},
    "introduction": {CHINESE: "请按您自己的想法作答。", ENGLISH: "Please answer as you see it."},
    "section": {CHINESE: "题目", ENGLISH: "Questions"},
    "comment_note": {
        CHINESE: "请不要写姓名、电话，也不要写能让人认出是谁的内容。",
        ENGLISH: "Please write no names, no phone numbers, and nothing that shows who somebody is.",
    },
    "yes": {CHINESE: "是", ENGLISH: "Yes"},
    "no": {CHINESE: "否", ENGLISH: "No"},
    "uncertain": {CHINESE: "不确定", ENGLISH: "Uncertain"},
    "female": {CHINESE: "女", ENGLISH: "Female"},
    "male": {CHINESE: "男", ENGLISH: "Male"},
    "increase": {CHINESE: "增加", ENGLISH: "Increase"},
    "same": {CHINESE: "不变", ENGLISH: "Same"},
    "decrease": {CHINESE: "减少", ENGLISH: "Decrease"},
}

_DONT_KNOW: Mapping[str, Spoken] = {
    CHINESE: ("不了解", "不清楚", "不知道", "说不清", "不清楚，或不想说", "不了解/不清楚"),
    ENGLISH: ("Don't know", "Not sure", "Do not know", "Not sure, or would rather not say"),
}
_NO_ANSWER: Mapping[str, Spoken] = {
    CHINESE: ("不想说", "不愿回答", "拒绝回答", "不适用"),
    ENGLISH: ("I would rather not say", "Prefer not to say", "Refused", "Not applicable", "No opinion"),
}
STANDARD: Mapping[str, Mapping[int, Mapping[str, Spoken]]] = {
    "satisfaction-3": {
        3: {CHINESE: ("满意",), ENGLISH: ("Satisfied", "Happy with it")},
        2: {CHINESE: ("一般",), ENGLISH: ("So-so", "Neutral")},
        1: {CHINESE: ("不满意",), ENGLISH: ("Not satisfied", "Not happy with it", "Dissatisfied")},
        9: _DONT_KNOW,
    },
    "satisfaction-4": {
        4: {CHINESE: ("非常满意", "很满意"), ENGLISH: ("Very satisfied",)},
        3: {CHINESE: ("满意",), ENGLISH: ("Satisfied",)},
        2: {CHINESE: ("基本满意", "较满意"), ENGLISH: ("Fairly satisfied", "Basically satisfied")},
        1: {CHINESE: ("不满意",), ENGLISH: ("Not satisfied", "Dissatisfied")},
        9: _DONT_KNOW,
    },
    "satisfaction-5": {
        5: {CHINESE: ("非常满意", "很满意"), ENGLISH: ("Very satisfied",)},
        4: {CHINESE: ("比较满意", "满意"), ENGLISH: ("Fairly satisfied", "Satisfied")},
        3: {CHINESE: ("一般",), ENGLISH: ("Neither satisfied nor dissatisfied", "Neutral")},
        2: {CHINESE: ("不太满意", "不满意"), ENGLISH: ("Fairly dissatisfied", "Dissatisfied")},
        1: {CHINESE: ("非常不满意", "很不满意"), ENGLISH: ("Very dissatisfied",)},
        9: _DONT_KNOW,
    },
    "frequency-4": {
        4: {CHINESE: ("总是",), ENGLISH: ("Always",)},
        3: {CHINESE: ("经常",), ENGLISH: ("Often",)},
        2: {CHINESE: ("偶尔", "有时"), ENGLISH: ("Sometimes",)},
        1: {CHINESE: ("从不",), ENGLISH: ("Never",)},
        9: _DONT_KNOW,
    },
    "yes-no": {
        1: {CHINESE: ("有", "是"), ENGLISH: ("Yes",)},
        2: {CHINESE: ("没有", "否", "不是"), ENGLISH: ("No",)},
        9: _DONT_KNOW,
    },
}


def words_for(key: str, languages: Iterable[str]) -> Text:
    """The product's words in each language; Chinese where it has none in a language."""
    known = WORDS[key]
    return {language: known.get(language, known[CHINESE]) for language in languages}


def standard_text(scale: str, code: int, languages: Iterable[str]) -> Text:
    """What an option of a standard scale says."""
    known = STANDARD[scale][code]
    return {language: known.get(language, known[CHINESE])[0] for language in languages}


def is_dont_know(text: Text) -> bool:
    """Whether an option says that somebody does not know, or would not say."""
    return any(_says(each, text) for each in (_DONT_KNOW, _NO_ANSWER))


def find_standard(options: Sequence[Text]) -> tuple[str, tuple[int, ...]] | None:
    """The standard scale whose words these are, whatever their order, and the code of each."""
    for name, known in STANDARD.items():
        if len(known) == len(options):
            codes = tuple(next((code for code, said in known.items() if _says(said, each)), 0) for each in options)
            if set(codes) == set(known):
                return name, codes
    return None


def _says(known: Mapping[str, Spoken], text: Text) -> bool:
    """Whether every language that both have agrees, and there is one."""
    shared = [language for language in text if language in known]
    return bool(shared) and all(fold(text[each]) in {fold(word) for word in known[each]} for each in shared)
