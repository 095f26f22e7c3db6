"""What may be shown of an evaluation, by one rule for pages, files, reports and commands alike."""

from surveys.publication.model import Figure, Hidden, Publication
from surveys.publication.publishing import publish
from surveys.publication.reading import find_publication, get_publication, list_evaluations, publish_as_it_is

__all__ = [
    "Figure",
    "Hidden",
    "Publication",
    "find_publication",
    "get_publication",
    "list_evaluations",
    "publish",
    "publish_as_it_is",
]
