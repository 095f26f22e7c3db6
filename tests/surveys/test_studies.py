"""Studies are kept beside their evaluation, made of its answers only, and found beside what may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from analysis.errors import AnalysisError
from surveys import campaigns, responses, studies
from surveys.errors import SurveyError
from surveys.publication import find_publication, get_publication
from surveys.responses import ImportedResponse
from surveys.studies import Basis, making
from tests import factories
from tests.factories import NOW
from tests.surveys.studied import ask, basis_of

RESULT = {"seed": 1}


def add_late(session: Session, campaign_id: int) -> None:
    """One more deputy answers after the score."""
    (paper, *_) = campaigns.papers_of(session, campaign_id=campaign_id)
    late = ImportedResponse("late", "npc_deputy", None, paper.version_id, bytes([4, 4, 4]), "zh-CN", factories.TODAY)
    responses.add_imported(session, campaign_id=campaign_id, rows=[late], secret=factories.SECRET)


def test_a_basis_weighs_what_counted_as_the_score_did(session: Session) -> None:
    ask(session)
    basis = basis_of(session)
    students = basis.sample.group == basis.sample.groups.index("student")
    assert basis.sample.weight[students] == pytest.approx(80 / 30)
    assert basis.publication == find_publication(session, name="newer", now=NOW)
    draws = [basis.rng().random(3) for _ in range(2)]
    assert np.array_equal(*draws), "chance starts from the answers"


def test_a_study_is_never_made_of_other_answers(session: Session) -> None:
    campaign = ask(session)
    add_late(session, campaign.id)
    with pytest.raises(SurveyError) as refused:
        basis_of(session)
    assert refused.value.code == "study.data_changed"


def test_what_is_no_settled_score_has_no_studies(session: Session) -> None:
    ask(session)
    for now, number, code in ((NOW, 7, "study.no_evaluation"), (NOW - timedelta(days=2), 1, "score.not_yet")):
        with pytest.raises(SurveyError) as refused:
            studies.load_basis(session, name="newer", now=now, number=number)
        assert refused.value.code == code


def test_a_study_is_found_beside_what_may_be_shown(session: Session) -> None:
    ask(session)
    found = studies.find_studied(session, name="newer", now=NOW, kind="schools")
    assert found is not None
    assert (found.publication.evaluation.number, found.study, found.made_at) == (1, None, None)
    studies.keep_study(session, name="newer", number=1, kind="schools", result=RESULT, now=NOW)
    found = studies.find_studied(session, name="newer", now=NOW, kind="schools")
    assert found is not None
    assert (found.study, found.made_at) == (RESULT, NOW)
    assert studies.list_studies(session, publication=found.publication) == {"schools"}
    assert studies.find_studied(session, name="newer", now=NOW - timedelta(days=2), kind="schools") is None


def test_a_study_of_what_another_rule_shows_does_not_count(session: Session) -> None:
    ask(session)
    for rule, kept in (("another@1", set()), (get_publication(session, name="newer", now=NOW).rule, {"schools"})):
        result = {**RESULT, "rule": rule}
        studies.keep_study(session, name="newer", number=1, kind="schools", result=result, now=NOW)
        found = studies.find_studied(session, name="newer", now=NOW, kind="schools")
        assert found is not None
        assert (found.study is not None) == bool(kept)
        assert studies.list_studies(session, publication=found.publication) == kept


def test_earlier_rounds_are_of_the_same_county(session: Session) -> None:
    factories.add_campaign(session, campaign="elsewhere", county="other")
    campaigns.close_campaign(session, name="elsewhere", now=NOW - timedelta(hours=5))
    ask(session, name="older", days_ago=365, seed=2)
    ask(session)
    basis = basis_of(session, earlier=True)
    assert [each.campaign.name for each in basis.earlier] == ["older"]
    assert basis_of(session, "older", earlier=True).earlier == ()


def test_what_the_answers_do_not_carry_is_refused_in_words(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(basis: Basis) -> dict[str, Any]:
        raise AnalysisError("here", "two schools", str(len(basis.sample.schools)))

    ask(session)
    monkeypatch.setattr(making, "KINDS", {"schools": fail})
    with pytest.raises(SurveyError) as refused:
        studies.make_study(basis_of(session), kind="schools")
    assert refused.value.code == "study.impossible"
    assert refused.value.params == {"where": "here", "expected": "two schools"}


def test_every_kind_is_plain_data(session: Session) -> None:
    """Whatever is not defined is None: NaN is no JSON."""
    import json

    ask(session)
    basis = basis_of(session, earlier=True)
    for kind in ("schools", "changes"):
        made = studies.make_study(basis, kind=kind)
        assert json.loads(json.dumps(made, allow_nan=False)) == made
        assert made == studies.make_study(replace(basis), kind=kind)
