"""Every number of a report's facts is found where its trace says: in the stored evaluation, the fieldwork, the plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import ceil, floor, isclose
from pathlib import Path
from typing import Any

import pytest

from app.edge import Renke
from app.numbers import fixed
from surveys.reports.pack.facts import Facts
from surveys.reports.pack.gathering import Sources, county_facts, public_facts, read_sources, school_facts
from tests import factories
from tests.app.packed import SMALL, packed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Renke]:
    with packed(tmp_path_factory.mktemp("facts")) as made:
        yield made


def read(app: Renke) -> Sources:
    with app.database.read() as session:
        return read_sources(session, name="tiny", now=factories.NOW, zone=factories.ZONE)


def every_facts(sources: Sources) -> list[Facts]:
    schools = [str(each.school) for each in sources.publication.schools]
    sheets = [school_facts(sources, language="zh-CN", school=school) for school in schools]
    return [county_facts(sources, language="zh-CN"), public_facts(sources, language="en"), *sheets]


def stored(sources: Sources) -> dict[str, Any]:
    """What traces lead into, by its first step."""
    shown = sources.publication
    rule = {"smallest": shown.smallest, "least_rate": shown.least_rate, "schools": len(shown.schools)}
    return {
        "evaluation": asdict(sources.evaluation),
        "publication": [asdict(figure) for figure in shown],
        "publication_rule": {**rule, "open_schools": len(shown.open_schools)},
        "fieldwork": asdict(sources.asked),
        "scorecard": sources.card,
    }


def follow(data: Any, trace: str) -> Any:
    for step in trace.split("/"):
        data = data[int(step)] if isinstance(data, list | tuple) else data[step]
    return data


def test_every_number_stands_where_its_trace_leads(app: Renke) -> None:
    sources = read(app)
    places = stored(sources)
    for facts in every_facts(sources):
        traced = list(facts.trace())
        assert len(traced) > 50
        for each in traced:
            if each.value is not None:
                found = follow(places, each.trace)
                assert rounds_to(each.value, found, each.trace.rpartition("/")[2]), each.trace


def rounds_to(shown: float, found: float, name: str) -> bool:
    """Published figures are rounded half up to one of these, limits of intervals outward; or they are as stored."""
    outward = {"low": floor, "high": ceil}.get(name)
    for places in (0, 1, 2):
        rounded = float(fixed(found, places)) if outward is None else outward(found * 10**places) / 10**places
        if isclose(shown, rounded, abs_tol=1e-9):
            return True
    return shown == found


def test_the_same_data_have_the_same_digest_and_others_another(app: Renke) -> None:
    first, again = (every_facts(read(app)) for _ in range(2))
    assert [each.digest for each in first] == [each.digest for each in again]
    assert len({each.digest for each in first}) == len(first)
    other = county_facts(read(app), language="en")
    assert other.digest != first[0].digest


def test_hidden_schools_have_no_number_in_any_facts(tmp_path: Path) -> None:
    with packed(tmp_path, SMALL) as app:
        sources = read(app)
    hidden = {figure.school for figure in sources.publication.schools if figure.hidden}
    assert hidden
    for facts in every_facts(sources):
        for line in (*facts.schools, *facts.cells):
            assert not (line.school in hidden and line.numbers)
