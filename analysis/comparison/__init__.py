"""Are they different, and by how much: tables, domains, all pairs of domains, two campaigns."""

from analysis.comparison.change import Change, change
from analysis.comparison.independence import independence
from analysis.comparison.independent import Departures, compare_independent
from analysis.comparison.location import compare_means, compare_ranks, population_ranks
from analysis.comparison.pairs import Pairs, adjust, compare_domains, compare_pairs
from analysis.comparison.rounds import Pooled, Round, pool, round_of, shared_codes

__all__ = [
    "Change",
    "Departures",
    "Pairs",
    "Pooled",
    "Round",
    "adjust",
    "change",
    "compare_domains",
    "compare_independent",
    "compare_means",
    "compare_pairs",
    "compare_ranks",
    "independence",
    "pool",
    "population_ranks",
    "round_of",
    "shared_codes",
]
