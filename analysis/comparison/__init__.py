"""Are they different, and by how much: tables, two domains, all pairs of domains, two campaigns."""

from analysis.comparison.independence import independence
from analysis.comparison.location import compare_means, compare_ranks, population_ranks
from analysis.comparison.pairs import Pairs, adjust, compare_domains, compare_pairs

__all__ = [
    "Pairs",
    "adjust",
    "compare_domains",
    "compare_means",
    "compare_pairs",
    "compare_ranks",
    "independence",
    "population_ranks",
]
