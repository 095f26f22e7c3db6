"""Microdata (微观数据): every form of a campaign with its design, as it counted in the score.

Schools are numbers here, drawn from the secret of the installation, and forms lie in the order of these numbers: no
name and no code of a school stands in the file. The numbers stay the same for a campaign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from analysis.design import Design
from analysis.frame import Sample
from analysis.replication import Replicates, bootstrap
from surveys import VERSION
from surveys.campaigns import CampaignView, get_campaign
from surveys.datasets import Dataset, Roster, load_dataset
from surveys.digests import keyed
from surveys.errors import Problem, SurveyError
from surveys.evaluations import EvaluationView, find_evaluation
from surveys.evaluations.comparing import leave_out
from surveys.evaluations.weighing import choose_weighting, plan_of, weigh
from surveys.exports.columns import Weighting, lay_out, merge_strata, merged_strata
from surveys.exports.dictionary import describe_versions, digest_dictionary
from surveys.exports.extract import Extract
from surveys.exports.model import Dictionary, PaperVersion
from surveys.exports.variables import design_variables, replicate_variables
from surveys.honesty.excluding import Orders, find_cuts, load_orders, seed_of

MOST_REPLICATES = 1000
LARGEST_FACTORS = 50_000_000  # clusters times replicates, held in memory


@dataclass(frozen=True)
class Forms:
    """The forms of a campaign that is closed, with who is left out, and the evaluation that counted them so.

    `counted` is the sample of those who are not left out; `evaluation` is None where no score was made of exactly
    these answers and rules.
    """

    campaign: CampaignView
    dataset: Dataset
    counted: Sample
    excluded: NDArray[np.bool_]
    certain: NDArray[np.bool_]
    weighting: Weighting
    evaluation: EvaluationView | None


def load_forms(session: Session, *, name: str, now: datetime, number: int | None = None) -> Forms:
    """The forms of campaign `name`, weighed as evaluation `number` did; as the newest did where there is no number.

    Raises SurveyError(`campaign.unknown`, `export.not_closed`, `export.empty`; `study.no_evaluation`, or
    `study.data_changed` where answers or rules are no longer those of evaluation `number`).
    """
    campaign = get_campaign(session, name=name, now=now)
    if campaign.state != "closed":
        raise SurveyError("export.not_closed", "conflict", name=name)
    dataset = load_dataset(session, campaign_id=campaign.id, beside=True, scored=False)
    if dataset.sample.group.size == 0:
        raise SurveyError("export.empty", "conflict", name=name)
    orders = load_orders(session, campaign_id=campaign.id)
    made = find_evaluation(session, name=name, number=number)
    same = made is not None and _is_of(made, dataset, orders)
    if number is not None and not same:
        code, kind = ("study.no_evaluation", "missing") if made is None else ("study.data_changed", "conflict")
        raise SurveyError(code, kind, number=number)  # type: ignore[arg-type]
    cuts = find_cuts(dataset, orders)
    wanted = made.recipe["weighting"] if made is not None and same else choose_weighting(dataset.roster, None)
    counted = leave_out(dataset, cuts.any_rule)
    weighed = weigh(counted.sample, counted.roster, wanted)
    weights = Weighting(wanted, weighed.weight, weighed.plain)
    return Forms(campaign, dataset, counted.sample, cuts.any_rule, cuts.certain, weights, made if same else None)


def _is_of(made: EvaluationView, dataset: Dataset, orders: Orders) -> bool:
    """Whether an evaluation counted exactly these forms, by these rules, with weights from this draw."""
    recipe = made.recipe
    named = (recipe.get("forms_digest"), recipe["excluded"], recipe.get("plan"))
    return named == (dataset.forms_digest, orders.recipe(), plan_of(dataset.roster, recipe["weighting"]))


def make_microdata(forms: Forms, *, secret: bytes, replicates: int = 0) -> Extract:
    """The file of all forms; `replicates` adds as many bootstrap weights (Rao & Wu 1988), which take a while.

    Raises SurveyError(`export.options`) where that many cannot be had.
    """
    dataset = forms.dataset
    versions = tuple(
        PaperVersion(stack.version.name, stack.version.digest, stack.version.instrument) for stack in dataset.stacks
    )
    asked = describe_versions(versions)
    beside = design_variables(versions, dataset.roster.strata, merged_strata(forms.counted).tolist())
    factors = _replicate(forms, replicates) if replicates else None
    columns = lay_out(
        dataset,
        asked,
        names=[each.name for each in beside],
        counted=forms.counted,
        weighting=forms.weighting,
        excluded=forms.excluded,
        certain=forms.certain,
        school_number=number_schools(dataset.roster, campaign=forms.campaign.name, secret=secret),
        factors=factors,
    )
    variables = (*beside, *replicate_variables(replicates), *asked.variables)
    dictionary = Dictionary(variables, versions, asked.languages)
    return Extract(dictionary, columns.rows, columns.read, facts_of(forms, dictionary, replicates))


def number_schools(roster: Roster, *, campaign: str, secret: bytes) -> NDArray[np.int64]:
    """(S,) a number for each school, 1 to S, in an order that only the secret knows."""
    digests = [keyed(secret, "export-school", campaign, code) for code in roster.school_codes]
    place = np.empty(len(digests), np.int64)
    place[sorted(range(len(digests)), key=digests.__getitem__)] = np.arange(1, len(digests) + 1)
    return place


def facts_of(forms: Forms, dictionary: Dictionary, replicates: int) -> dict[str, str]:
    """What a file of these forms says of itself; the same facts make the same file."""
    made = forms.evaluation
    return {
        "campaign": forms.campaign.name,
        "simulated": "yes" if forms.campaign.simulated else "no",
        "evaluation": "" if made is None else str(made.number),
        "scorecard": "" if made is None else f"{made.scorecard}@{made.scorecard_number}",
        "weighting": forms.weighting.name,
        "data_digest": forms.dataset.digest,
        "forms_digest": forms.dataset.forms_digest,
        "excluded": str(int(forms.excluded.sum())),
        "replicates": str(replicates),
        "dictionary_digest": digest_dictionary(dictionary),
        "code_version": VERSION,
    }


def _replicate(forms: Forms, replicates: int) -> Replicates:
    sample = forms.counted
    clusters = int(np.unique(sample.cluster).size)
    most = min(MOST_REPLICATES, LARGEST_FACTORS // max(clusters, 1))
    if not 2 <= replicates <= most:
        problem = Problem(
            "export.replicates", field="replicates", value=str(replicates), params={"expected": f"0, 2–{most}"}
        )
        raise SurveyError("export.options", "invalid", [problem])
    design = Design(merge_strata(sample), sample.cluster, forms.weighting.final)
    return bootstrap(design, replicates, np.random.default_rng(seed_of(forms.dataset)))
