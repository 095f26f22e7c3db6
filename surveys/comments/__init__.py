"""Open comments as they are read: without names and numbers, by group and theme, searchable; never of a school."""

from surveys.comments.naming import without_names
from surveys.comments.reading import (
    FEWEST,
    PAGE,
    CommentShelf,
    ThemeShelf,
    Wanted,
    count_pages,
    fewest_shown,
    list_comments,
    list_themes,
)
from surveys.comments.searching import LONGEST, read_words, split_hits

__all__ = [
    "FEWEST",
    "LONGEST",
    "PAGE",
    "CommentShelf",
    "ThemeShelf",
    "Wanted",
    "count_pages",
    "fewest_shown",
    "list_comments",
    "list_themes",
    "read_words",
    "split_hits",
    "without_names",
]
