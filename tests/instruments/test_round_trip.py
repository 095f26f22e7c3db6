"""Whatever questionnaire is written, the same one is read."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.documents import digest_of
from surveys.instruments.model import DIMENSIONS, STANDARD_SCALES
from surveys.instruments.parsing import instrument_from, parse_instrument, read_instrument
from surveys.models import STAGES

# Reading YAML takes a while on a slow machine; what is tested does not depend on it.
PATIENT = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

LETTERS = st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n")
WORDS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
IDS = st.from_regex(r"[a-z][a-z0-9_]{1,12}", fullmatch=True)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{1,12}", fullmatch=True).filter(lambda name: name not in STANDARD_SCALES)


@st.composite
def scales(draw: st.DrawFn, texts: st.SearchStrategy[dict[str, str]]) -> dict[str, Any]:
    codes = draw(st.lists(st.integers(1, 250), min_size=3, max_size=6, unique=True))
    words = draw(texts)
    # each option carries its code in its words, so that no two read the same
    options = [{"code": code, "text": {key: f"{text}{code}" for key, text in words.items()}} for code in codes]
    return {"options": options, "dont_know": [codes[-1]]}


@st.composite
def items(draw: st.DrawFn, texts: st.SearchStrategy[dict[str, str]], scale: st.SearchStrategy[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"role": draw(st.sampled_from(["item", "background"])), "scale": draw(scale)}
    made["text"] = draw(texts)
    if made["role"] == "item":
        made["dimension"] = draw(st.sampled_from(DIMENSIONS))
        made |= draw(st.fixed_dictionaries({}, optional={"direction": st.sampled_from([1, -1])}))
    return made | draw(st.fixed_dictionaries({}, optional={"required": st.booleans(), "note": texts}))


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    languages = draw(st.lists(st.sampled_from(["zh-CN", "en", "bo", "zh-Hant-TW"]), min_size=1, unique=True))
    texts = st.fixed_dictionaries(dict.fromkeys(languages, WORDS))
    named = draw(st.dictionaries(NAMES, scales(texts), min_size=1, max_size=3))
    scale = st.sampled_from(sorted(named))
    asked = draw(st.lists(items(texts, scale), max_size=4))
    asked += [{"role": "item", "dimension": "exam_reform", "scale": name, "text": draw(texts)} for name in named]
    asked.append({"role": "overall", "scale": draw(scale), "text": draw(texts)})
    ids = draw(st.lists(IDS, min_size=len(asked), max_size=len(asked), unique=True))
    asked = [{"id": each} | item for each, item in zip(ids, asked, strict=True)]
    cut = draw(st.integers(1, len(asked)))
    sections = [part for part in (asked[:cut], asked[cut:]) if part]
    return {
        "instrument": draw(NAMES),
        "languages": languages,
        "title": draw(texts),
        "introduction": draw(texts),
        "minutes": draw(st.integers(1, 60)),
        "groups": draw(st.lists(IDS, min_size=1, max_size=3, unique=True)),
        "scales": named,
        "sections": [
            {"id": f"section_{number}", "title": draw(texts), "items": part} for number, part in enumerate(sections)
        ],
    } | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "stages": st.lists(st.sampled_from(STAGES), unique=True),
                "grades": texts,
                "comment": st.fixed_dictionaries({"text": texts, "note": texts, "limit": st.integers(1, 5000)}),
            },
        )
    )


def written(document: dict[str, Any]) -> str:
    """JSON is YAML too, and every text in it is quoted, as it should be in a questionnaire."""
    return json.dumps(document, ensure_ascii=False, indent=1)


@PATIENT
@given(documents())
def test_what_is_written_is_read(document: dict[str, Any]) -> None:
    assert read_instrument(written(document)) == document


@PATIENT
@given(documents())
def test_a_paper_survives_writing_and_storing(document: dict[str, Any]) -> None:
    paper = instrument_from(document)
    assert parse_instrument(written(document)) == paper
    assert instrument_from(json.loads(json.dumps(document))) == paper


@PATIENT
@given(documents())
def test_a_paper_holds_all_that_the_document_says(document: dict[str, Any]) -> None:
    paper = instrument_from(document)
    asked = [item for section in document["sections"] for item in section["items"]]
    assert [item.id for item in paper.items] == [item["id"] for item in asked]
    for item, said in zip(paper.items, asked, strict=True):
        assert (item.role, item.dimension, item.direction) == (
            said["role"],
            said.get("dimension"),
            said.get("direction", 1),
        )
        codes = [option.code for option in item.scale.options]
        assert codes == [option["code"] for option in document["scales"][said["scale"]]["options"]]


@PATIENT
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_keys_changes_no_digest(document: dict[str, Any], random: Any) -> None:
    def shuffled(node: Any) -> Any:
        if isinstance(node, dict):
            keys = list(node)
            random.shuffle(keys)
            return {key: shuffled(node[key]) for key in keys}
        return [shuffled(each) for each in node] if isinstance(node, list) else node

    assert digest_of(read_instrument(written(shuffled(document)))) == digest_of(document)
