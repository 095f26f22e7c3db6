"""Style and script of the respondents' pages: inside each page, because a second request costs a weak network seconds.

They are the same in every page, so the Content-Security-Policy names them by what they are, and nothing else runs.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

import rcssmin
import rjsmin
from flask import Flask
from markupsafe import Markup

HERE = Path(__file__).parent / "templates" / "respond"


@dataclass(frozen=True)
class Inlined:
    """The text that stands in the page, and the source that the policy allows for it."""

    text: Markup
    source: str


def init_inlined(app: Flask) -> None:
    """`style` and `script` for templates: `<style>{{ style }}</style>`."""
    app.jinja_env.globals.update(style=STYLE.text, script=SCRIPT.text)


def _inlined(text: str) -> Inlined:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Inlined(Markup(text), f"'sha256-{digest}'")  # noqa: S704 - our own file


def _read(name: str) -> str:
    file = HERE / name
    return file.read_text("utf-8") if file.exists() else ""


STYLE = _inlined(str(rcssmin.cssmin(_read("style.css"))))
SCRIPT = _inlined(str(rjsmin.jsmin(_read("script.js"))))
