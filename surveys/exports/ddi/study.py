"""What a DDI document says of itself, of the study and of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from surveys.exports.codebook import Codebook
from surveys.exports.ddi.tree import Element, element, spoken
from surveys.exports.dictionary import digest_dictionary
from surveys.exports.words import LANGUAGES, label_of, study_words
from surveys.instruments.model import Text

FILE = "F1"
WEIGHTING, SAMPLING = "M_weight", "M_sampling"
FACTS = ("evaluation", "scorecard", "weighting", "data_digest", "forms_digest", "dictionary_digest", "excluded")


def describe_document(codebook: Codebook, code_version: str) -> Element:
    """The document: its name, its digest, and the program that made it."""
    digest = digest_dictionary(codebook.dictionary)
    return element(
        "docDscr",
        element(
            "citation",
            _titles(codebook.study.title, codebook.study.id, "file"),
            element("prodStmt", element("software", "Renke", version=code_version)),
            element("verStmt", element("version", f"sha256:{digest}", type="dictionary")),
        ),
    )


def describe_study(codebook: Codebook) -> Element:
    """Who asked whom, when and how; of a questionnaire alone what it is."""
    study = codebook.study
    return element(
        "stdyDscr",
        element(
            "citation",
            _titles(study.title, study.id, "study"),
            element("prodStmt", spoken("producer", study.organiser, agentType="organization"), _date(study.closes))
            if study.organiser
            else None,
            element("verStmt", *_versions(codebook)),
        ),
        _information(codebook),
        _method(codebook),
        _access() if codebook.frequencies is not None else None,
        spoken("notes", study_words("study", "simulated"), type="simulated") if study.simulated else None,
    )


def describe_file(codebook: Codebook) -> Element | None:
    """The file, where there is one: how large it is, and of what."""
    frequencies = codebook.frequencies
    if frequencies is None:
        return None
    rows, variables = str(frequencies.rows), str(len(codebook.dictionary.variables))
    facts = ((name, codebook.facts[name]) for name in FACTS if codebook.facts.get(name))
    return element(
        "fileDscr",
        element(
            "fileTxt",
            element("fileName", f"{codebook.study.id}-microdata"),
            spoken("fileCont", study_words("study", "one_form")),
            element("fileStrc", type="rectangular"),
            element("dimensns", element("caseQnty", rows), element("varQnty", variables)),
            element("format", "CSV, XLSX, SAV, DTA, Parquet"),
        ),
        (element("notes", words, type=name) for name, words in facts),
        ID=FILE,
    )


def _titles(title: Text, name: str, level: str) -> Element:
    (first, words), *others = title.items()
    parallel = (element("parTitl", text, lang=language) for language, text in others)
    return element(
        "titlStmt",
        element("titl", words, lang=first),
        parallel,
        element("IDNo", name, agency="Renke", level=level),
    )


def _versions(codebook: Codebook) -> Iterator[Element]:
    for each in codebook.dictionary.versions:
        yield element("version", f"{each.id} sha256:{each.digest}", type="questionnaire")


def _date(day: date | None) -> Element | None:
    return None if day is None else element("prodDate", day.isoformat(), date=day.isoformat())


def _information(codebook: Codebook) -> Element:
    study = codebook.study
    return element(
        "stdyInfo",
        element("subject", spoken("topcClas", study_words("study", "subject"))),
        spoken("abstract", study_words("study", "abstract")),
        element(
            "sumDscr",
            *_days(study.opens, study.closes),
            spoken("nation", study_words("study", "country"), abbr="CN"),
            element("geogCover", study.place) if study.place else None,
            spoken("anlyUnit", study_words("study", "unit")),
            spoken("universe", _universe(codebook), clusion="I"),
            spoken("dataKind", study_words("study", "kind")),
        ),
    )


def _days(opens: date | None, closes: date | None) -> Iterator[Element]:
    for event, day in (("start", opens), ("end", closes)):
        if day is not None:
            yield element("collDate", day.isoformat(), date=day.isoformat(), event=event)


def _universe(codebook: Codebook) -> Text:
    groups = dict.fromkeys(group for each in codebook.dictionary.versions for group in each.instrument.groups)
    begin = study_words("study", "universe")
    return {tag: begin[tag] + listed([label_of("groups", group) for group in groups], tag) for tag in LANGUAGES}


def listed(labels: list[Text], language: str) -> str:
    """Several words in one of our two languages."""
    return ("、" if language == "zh-CN" else ", ").join(label[language] for label in labels)


def _method(codebook: Codebook) -> Element:
    papers = (
        element("resInstru", f"{words} ({each.id})", lang=language)
        for each in codebook.dictionary.versions
        for language, words in each.instrument.title.items()
    )
    if codebook.frequencies is None:
        return element("method", element("dataColl", papers))
    said: Mapping[str, Text] = {key: study_words("study", key) for key in ("sampling", "mode", "weight")}
    return element(
        "method",
        element(
            "dataColl",
            spoken("sampProc", said["sampling"]),
            spoken("collMode", said["mode"]),
            papers,
            spoken("weight", said["weight"]),
        ),
    )


def _access() -> Element:
    words = study_words("study", "access")
    return element("dataAccs", element("useStmt", spoken("restrctn", words), spoken("conditions", words)))
