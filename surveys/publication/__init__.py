"""What may be shown of an evaluation, by one rule for pages, files, reports and commands alike."""

from surveys.publication.figures import Rate, mean_rate
from surveys.publication.model import Figure, Hidden, Publication
from surveys.publication.publishing import publish
from surveys.publication.reading import (
    find_publication,
    get_publication,
    publish_as_it_is,
    refuse_near,
)
from surveys.publication.shown import Shown, find_shown

__all__ = [
    "Figure",
    "Hidden",
    "Publication",
    "Rate",
    "Shown",
    "find_publication",
    "find_shown",
    "get_publication",
    "mean_rate",
    "publish",
    "publish_as_it_is",
    "refuse_near",
]
