"""Open comments as they are read: without names and numbers, by group, theme and key word; never of a school."""

from surveys.comments.concordance import MOST_LINES, Concordance, Line, list_lines
from surveys.comments.keywords import KeyWord, KeyWords, WordShelf, list_key_words
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
    list_groups,
    list_themes,
)
from surveys.comments.searching import LONGEST, read_words, split_hits

__all__ = [
    "FEWEST",
    "LONGEST",
    "MOST_LINES",
    "PAGE",
    "CommentShelf",
    "Concordance",
    "KeyWord",
    "KeyWords",
    "Line",
    "ThemeShelf",
    "Wanted",
    "WordShelf",
    "count_pages",
    "fewest_shown",
    "list_comments",
    "list_groups",
    "list_key_words",
    "list_lines",
    "list_themes",
    "read_words",
    "split_hits",
    "without_names",
]
