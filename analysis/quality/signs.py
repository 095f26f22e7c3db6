"""Every sign by name: how it is found, from where on it counts, and how often it accuses the honest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from analysis.errors import AnalysisError
from analysis.quality import measured
from analysis.quality.material import SchoolRule
from analysis.quality.scenarios import HONEST
from analysis.quality.thresholds import Thresholds

Level = Literal["form", "school"]
Weight = Literal["certain", "suspicious", "evidence"]


@dataclass(frozen=True)
class Sign:
    """One flag of a form, or one family of evidence about a school.

    name       : as in `PersonQuality.flags`, or in `SchoolQuality.families`, `funnel` and `enrolment`
    level      : form or school
    kind       : certain, suspicious (of forms: two kinds make a candidate), evidence (asks for a look)
    counts_as  : the kind of suspicion or evidence; signs of one kind are one reason; empty: counts for nothing
    method     : how it is found, in one sentence
    reference  : where it comes from
    threshold  : from where on it counts, with the names of `parameters` in braces
    parameters : fields of Thresholds (form) or SchoolRule (school)
    """

    name: str
    level: Level
    kind: Weight
    counts_as: str
    method: str
    reference: str
    threshold: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class FalseAlarm:
    """Share of honest forms or schools that a sign points to, on simulated counties.

    rate, se : over all honest plans, each with equal weight; its Monte-Carlo standard error
    n        : honest forms or schools that were judged
    worst, worst_plan : the highest rate of a plan, and its name in `analysis.quality.scenarios.HONEST`
    """

    rate: float
    se: float
    n: int
    worst: float
    worst_plan: str


MEADE = "Meade & Craig 2012, Psychological Methods 17:437"
CURRAN = "Curran 2016, Journal of Experimental Social Psychology 66:4"
HUANG = "Huang et al. 2012, Journal of Business and Psychology 27:99"
LEINER = "Leiner 2019, Survey Research Methods 13:229"
DUNN = "Dunn et al. 2018, Journal of Business and Psychology 33:105"
KURIAKOSE = "Kuriakose & Robbins 2016, Statistical Journal of the IAOS 32:283"
WARD = "Ward & Meade 2023, Annual Review of Psychology 74:577"
JACOB = "Jacob & Levitt 2003, Quarterly Journal of Economics 118:843"
NAUS = "Naus 1965, Journal of the American Statistical Association 60:532"
SPIEGELHALTER = "Spiegelhalter 2005, Statistics in Medicine 24:1185"
WOLLACK = "Wollack & Cizek 2017, Handbook of Quantitative Methods for Detecting Cheating on Tests"
BLASIUS = "Blasius & Thiessen 2015, Social Science Research 52:479"


def _form(
    name: str, kind: Weight, counts_as: str, method: str, reference: str, threshold: str, *parameters: str
) -> Sign:
    return Sign(name, "form", kind, counts_as, method, reference, threshold, parameters)


def _school(name: str, counts_as: str, method: str, reference: str) -> Sign:
    limit = "q under {q:g} over the schools (Benjamini-Hochberg), {least} answers or more"
    return Sign(name, "school", "evidence", counts_as, method, reference, limit, ("q", "least"))


FORMS = (
    _form(
        "speed_certain", "certain", "certain",
        "Seconds per item, faster than anybody can read.", HUANG,
        "under {certain_seconds:g} seconds an item", "certain_seconds",
    ),
    _form(
        "identical_reversed", "certain", "certain",
        "One answer throughout although items worded the other way round were among those answered.", CURRAN,
        "all answers equal, {fewest_answers} or more, a reversed item among them", "fewest_answers",
    ),
    _form(
        "duplicate", "certain", "certain",
        "The same answers from the same device again, where few other forms are the same.", KURIAKOSE,
        "a copy; at most {common_pattern:.0%} of the other forms alike", "common_pattern",
    ),
    _form(
        "instructed", "certain", "certain",
        "An item that says which answer to tick was answered otherwise.", WARD,
        "{instructed_failures} failed or more", "instructed_failures",
    ),
    _form(
        "speed", "suspicious", "speed",
        "Seconds per item, faster than most people read.", HUANG,
        "under {suspicious_seconds:g} seconds an item", "suspicious_seconds",
    ),
    _form(
        "much_faster", "suspicious", "pace",
        "Median seconds of all people over the person's own.", LEINER,
        "over {relative_speed:g} times as fast", "relative_speed",
    ),
    _form(
        "identical_fast", "suspicious", "sameness",
        "One answer throughout in a fast form.", CURRAN,
        "all answers equal, under {suspicious_seconds:g} seconds an item", "suspicious_seconds",
    ),
    _form(
        "low_irv_fast", "suspicious", "sameness",
        "Standard deviation within the person among the lowest of all, in a fast form.", DUNN,
        "lowest {irv_tail:.0%}, under {suspicious_seconds:g} seconds an item", "irv_tail", "suspicious_seconds",
    ),
    _form(
        "long_string_fast", "suspicious", "sameness",
        "A run of one answer that the county's mix of answers at the person's own level hardly gives, in a fast form.",
        CURRAN,
        "chance under {long_string_tail:g}, under {suspicious_seconds:g} seconds an item",
        "long_string_tail", "suspicious_seconds",
    ),
    _form(
        "scatter", "suspicious", "scatter",
        "Squared Mahalanobis distance from the mean form, in a form with more spread than its mean explains.", MEADE,
        "upper tail of chi-square under {mahalanobis_tail:g}, spread over {scatter_irv:g}, relative spread over "
        "{relative_spread:g}", "mahalanobis_tail", "scatter_irv", "relative_spread",
    ),
    _form(
        "high_irv", "suspicious", "scatter",
        "Standard deviation within the person among the highest of all, and more than the mean explains.", DUNN,
        "highest {irv_tail:.0%}, spread over {scatter_irv:g}, relative spread over {relative_spread:g}",
        "irv_tail", "scatter_irv", "relative_spread",
    ),
    _form(
        "person_total", "suspicious", "consistency",
        "Correlation of the person's answers with the mean of all others.", CURRAN,
        "under {consistency:g}", "consistency",
    ),
    _form(
        "synonyms", "suspicious", "consistency",
        "Correlation within the person over pairs of items that go together in the county.", MEADE,
        "under {consistency:g}, over {fewest_pairs} pairs with r of {synonym:g} or more",
        "consistency", "fewest_pairs", "synonym",
    ),
    _form(
        "antonyms", "suspicious", "consistency",
        "Correlation within the person over pairs of items that go against each other in the county.", MEADE,
        "over {consistency:g} with its sign turned, over {fewest_pairs} pairs with r of minus {synonym:g} or less",
        "consistency", "fewest_pairs", "synonym",
    ),
    _form(
        "even_odd", "suspicious", "consistency",
        "Correlation over dimensions of the means of odd and even items, stepped up.", CURRAN,
        "under {consistency:g}, over {fewest_pairs} dimensions or more", "consistency", "fewest_pairs",
    ),
    _form(
        "duplicate_common", "suspicious", "copy",
        "The same answers from the same device again, where many forms are the same anyway.", KURIAKOSE,
        "a copy; over {common_pattern:.0%} of the other forms alike", "common_pattern",
    ),
    _form(
        "same_beyond_chance", "suspicious", "copy",
        "The same answers, other than the best throughout, from more people of one school than its level and the "
        "other schools' forms make likely (beta-binomial tail).", KURIAKOSE,
        "q under {duplicate_q:g} over all forms of all schools (Benjamini-Hochberg)", "duplicate_q",
    ),
    _form(
        "long_string", "evidence", "",
        "A run of one answer that the county's mix of answers at the person's own level hardly gives.", CURRAN,
        "chance under {long_string_tail:g}", "long_string_tail",
    ),
)  # fmt: skip

SCHOOLS = (
    Sign(
        "enrolment", "school", "certain", "certain",
        "More answers than the school has people of the group.", WOLLACK, "answers over people", (),
    ),
    _school(
        "uniformity", "sameness",
        "Most frequent form, entropy of the items and variance of person means, against multinomial draws of as many "
        "forms with the county's mix at the school's level.", JACOB,
    ),
    _school(
        "ceiling", "sameness",
        "Share of forms with hardly anything but best answers, against the share that goes with the level of the "
        "school's other forms.", WOLLACK,
    ),
    _school(
        "copies", "sameness",
        "The most surprising form that several people gave, against its frequency in the other schools at the "
        "school's level (beta-binomial tail).", BLASIUS,
    ),
    _school(
        "burst", "room",
        "Most arrivals in 30 and in 10 minutes, against the hours of the other schools (scan statistic).", NAUS,
    ),
    _school(
        "repeats", "room",
        "Share of answers to open codes from devices that had answered before, against the other schools' "
        "(beta-binomial tail).", KURIAKOSE,
    ),
    _school(
        "pace", "pace",
        "Median and quartile distance of the seconds per item, both low, against as many of the other schools'.",
        LEINER,
    ),
    _school(
        "level", "level",
        "Gap between the group and another of the school, where the group is among the county's highest tenth.", JACOB,
    ),
    _school(
        "told", "told",
        "Share of people who say that somebody told them how to answer, against the other schools' (beta-binomial "
        "tail).", SPIEGELHALTER,
    ),
    _school(
        "comments", "comments",
        "Share of comments whose text another comment of the school has too, against the other schools' (binomial "
        "tail).", BLASIUS,
    ),
    _school(
        "funnel", "",
        "Share of positive answers above the over-dispersed funnel of the county.", SPIEGELHALTER,
    ),
)  # fmt: skip

SIGNS: Mapping[str, Sign] = MappingProxyType({sign.name: sign for sign in (*FORMS, *SCHOOLS)})


def state_threshold(name: str, *, thresholds: Thresholds | None = None, rule: SchoolRule | None = None) -> str:
    """From where on a sign counts, in words and with the limits used.

    Parameters
    ----------
    name : of the sign
    thresholds : Thresholds, for signs of forms
    rule : SchoolRule, for signs of schools

    Returns
    -------
    str

    Raises
    ------
    AnalysisError
        A name that no sign has.
    """
    sign = _known(name)
    limits = asdict(thresholds or Thresholds()) if sign.level == "form" else asdict(rule or SchoolRule())
    return sign.threshold.format(**{each: limits[each] for each in sign.parameters})


def false_alarm(name: str) -> FalseAlarm | None:
    """How often a sign, or a rule as a whole, points to the honest.

    Parameters
    ----------
    name : of the sign, `candidate` for the rule on forms, `unusual` for the rule on schools

    Returns
    -------
    FalseAlarm, or None where simulated counties have nothing to find it in (instructed items, comments)

    Notes
    -----
    The numbers lie in `analysis.quality.measured`; `python -m tests.analysis.measure_signs` makes them anew.

    Raises
    ------
    AnalysisError
        A name that no sign and no rule has.
    """
    if name not in ("candidate", "unusual"):
        _known(name)
    rates = measured.FALSE_ALARMS.get(name)
    if rates is None:
        return None
    errors, cases = measured.FALSE_ALARM_ERRORS[name], measured.CASES[_level(name)]
    worst = int(np.argmax(rates))
    error = float(np.sqrt(np.sum(np.square(errors)))) / len(errors)
    return FalseAlarm(float(np.mean(rates)), error, sum(cases), rates[worst], tuple(HONEST)[worst])


def _level(name: str) -> Level:
    if name in SIGNS:
        return SIGNS[name].level
    return "form" if name == "candidate" else "school"


def _known(name: str) -> Sign:
    if name not in SIGNS:
        raise AnalysisError("signs", "one of " + ", ".join(SIGNS), f"{name!r:.40}", "see SIGNS")
    return SIGNS[name]
