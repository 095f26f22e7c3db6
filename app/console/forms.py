"""What officers hand in. Texts of refusals are ours; the CSRF token is everywhere."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from surveys.groups import GROUPS
from surveys.imports import layout_names
from surveys.plans.drawing import LARGEST_SEED

NO_FILE = lazy_gettext("请先选择文件。")
COUNT = lazy_gettext("个人码的个数应为 1 到 20000 的整数。")
SEED = lazy_gettext("种子应为不太大的正整数，或留空。")
MOST_SLIPS = 20_000
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class PressButton(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A button that changes something: only the token."""


class NewCampaign(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A campaign as YAML, as a file or as text."""

    file = FileField()
    text = TextAreaField()

    def content(self) -> bytes:
        """The file where one was chosen, else the text."""
        return read_upload(self.file.data) if self.file.data else (self.text.data or "").encode()


class CarryFile(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A questionnaire from elsewhere and who answers it, or its YAML that somebody mended."""

    file = FileField()
    groups = SelectMultipleField(choices=GROUPS, validate_choice=False)  # the paper is checked as a whole
    text = TextAreaField()
    left = StringField()  # what was not carried over, as the page listed it


class FrameUpload(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """The table of schools and people."""

    file = FileField(validators=[FileRequired(message=NO_FILE)])


class ResponsesUpload(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Answers from another form tool, with the mapping once it is checked; blank where the file says which tool."""

    file = FileField(validators=[FileRequired(message=NO_FILE)])
    tool = SelectField(choices=("", *layout_names()), default="", validate_choice=False)
    mapping = TextAreaField()


class PersonalCodes(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Slips for one group at one school."""

    group = SelectField(choices=GROUPS)
    school = SelectField(choices=(), validate_choice=False)
    count = IntegerField(validators=[InputRequired(message=COUNT), NumberRange(1, MOST_SLIPS, message=COUNT)])


class KeyedFile(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """A keying of many paper forms: the first or the second."""

    file = FileField(validators=[FileRequired(message=NO_FILE)])
    keying = SelectField(choices=("1", "2"))


class Forms(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Paper forms, or links for messages, of one group at one school: so many fresh ones, or the unused ones again."""

    group = SelectField(choices=GROUPS)
    school = SelectField(choices=(), validate_choice=False)
    paper = SelectField(choices=(), validate_choice=False)
    count = IntegerField(validators=[Optional(), NumberRange(1, MOST_SLIPS, message=COUNT)])
    large = BooleanField()


class VoidCodes(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """Codes to be voided: as they were typed, one a line, or those of a place; and why."""

    typed = TextAreaField()
    group = SelectField(choices=GROUPS, validate_choice=False)
    school = SelectField(choices=(), validate_choice=False)
    how = SelectField(choices=("positions", "unused", "poster"), validate_choice=False)
    positions = StringField()
    reason = StringField()
    reissue = BooleanField()


class DrawSeed(FlaskForm):  # type: ignore[misc]  # the library is not typed
    """The number that a draw begins with; none for one that nobody chose."""

    seed = IntegerField(validators=[Optional(), NumberRange(0, LARGEST_SEED, message=SEED)])


def shown(content: bytes | str) -> str:
    """What was handed in, as it can stand in a text box again: without what no page may hold."""
    text = content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else content
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def read_upload(upload: FileStorage) -> bytes:
    """The bytes of an uploaded file; the size is bounded by the application."""
    return upload.stream.read()
