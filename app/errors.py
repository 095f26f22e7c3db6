"""From the domain's codes to people: a text, a status, a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable, TooManyRequests

from app.edge import here
from app.messages import describe, text_of
from surveys.db import UnavailableError
from surveys.errors import SurveyError

STATUS = {"invalid": 422, "missing": 404, "forbidden": 403, "conflict": 409, "gone": 410}
A_WHILE = 5  # seconds after which to try again
LARGEST_UPLOAD = 20 * 1024 * 1024
LARGEST_FIELD = 4 * 1024 * 1024  # a document of a million Chinese characters fits, and is judged as a document
ENTER, VERIFY = "/r", "/v"  # of the front, which the desk cannot name: it answers for what no application has
Page = tuple[str, int] | tuple[str, int, dict[str, str]]
TEXTS = {
    400: lazy_gettext("这个请求不完整或格式不对。"),
    403: lazy_gettext("您没有权限使用此页面。"),
    404: lazy_gettext("没有这个页面。请检查地址。"),
    405: lazy_gettext("这个地址不能这样使用。"),
    413: lazy_gettext("文件太大。最大 20 MB。"),
    415: lazy_gettext("不支持这种内容格式。"),
    416: lazy_gettext("文件没有要求的这一段，请重新下载。"),
    429: lazy_gettext("请求太频繁，请过一会儿再试。"),
    500: lazy_gettext("系统出了问题，不是您的操作造成的。请稍后再试。"),
    503: lazy_gettext("系统现在太忙，请过一会儿再试。"),
}


def init_errors(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_UPLOAD
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FIELD
    app.register_error_handler(SurveyError, survey_error)
    app.register_error_handler(UnavailableError, unavailable)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def survey_error(error: SurveyError) -> tuple[str, int]:
    """A page that says what was refused, with every problem and its place."""
    problems = [describe(problem) for problem in error.problems]
    return page(text_of(error.code, error.params), STATUS[error.kind], problems)


def stale_form(error: CSRFError) -> tuple[str, int]:
    return page(_("这个页面打开得太久了，请返回后刷新再试。"), 400)


def unavailable(error: UnavailableError) -> tuple[str, int, dict[str, str]]:
    """The database cannot do it now; what it said stays in the log, and holds no values."""
    log_unavailable(error)
    text, status = page(str(TEXTS[503]), 503)
    return text, status, {"Retry-After": str(A_WHILE)}


def log_unavailable(error: UnavailableError) -> None:
    """Once in a while: everybody who comes meanwhile hears the same."""
    app, now = here(), here().clock()
    said = app.extensions.get("said_unavailable")
    if said is None or not timedelta(0) <= now - said < timedelta(seconds=A_WHILE):
        app.extensions["said_unavailable"] = now
        app.logger.error("the database is not available: %s", error)


def http_error(error: HTTPException) -> Page | HTTPException:
    if error.code is None or error.code < 400:
        return error
    text, status = page(str(TEXTS.get(error.code, TEXTS[400])), error.code)
    return text, status, headers_of(error)


def headers_of(error: HTTPException) -> dict[str, str]:
    """Those that say what would have been right."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return {"Allow": ", ".join(sorted(error.valid_methods))}
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        return {"Content-Range": f"{error.units} */{error.length}"}
    return {}


def unexpected(error: Exception) -> tuple[str, int]:
    here().log_exception((type(error), error, error.__traceback__))
    return page(str(TEXTS[500]), 500)


def page(message: str, status: int, problems: list[str] | None = None) -> tuple[str, int]:
    back = way_back(request.path)
    return render_template("error.html", message=message, status=status, problems=problems or [], back=back), status


@dataclass(frozen=True)
class Way:
    address: str
    words: str


def way_back(path: str) -> Way:
    """To where whoever came by this address can begin again."""
    if path.startswith("/console"):
        return Way(url_for("console.index"), _("回到控制台"))
    if path == "/v" or path.startswith("/v/"):
        return Way(VERIFY, _("核验报告"))
    return Way(ENTER, _("输入答题码"))
