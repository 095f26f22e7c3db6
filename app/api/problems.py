"""What is refused, as a program reads it: `application/problem+json` (RFC 9457), every problem with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, request
from flask import Response as Answer
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException

from app.edge import here
from app.errors import A_WHILE, STATUS, headers_of, log_unavailable
from app.i18n import current_language
from app.messages import text_of
from surveys.db import UnavailableError
from surveys.errors import Problem, SurveyError, shorten

MEDIA = "application/problem+json"
TYPE = "urn:renke:problem:"
UNKNOWN = "unknown"  # what the parser says of a parameter that an address does not have
Entry = Mapping[str, str]
TITLES = {
    400: lazy_gettext("请求的格式不对"),
    401: lazy_gettext("需要有效的令牌"),
    403: lazy_gettext("没有权限"),
    404: lazy_gettext("没有找到"),
    405: lazy_gettext("不能用这个方法"),
    406: lazy_gettext("没有这种格式"),
    409: lazy_gettext("现在不能给出"),
    410: lazy_gettext("已经没有了"),
    413: lazy_gettext("内容太大"),
    415: lazy_gettext("不支持这种内容格式"),
    416: lazy_gettext("没有这一段"),
    422: lazy_gettext("参数不对"),
    429: lazy_gettext("请求太频繁"),
    500: lazy_gettext("系统出了问题"),
    503: lazy_gettext("现在不可用"),
}
CODES = {
    400: "api.malformed",
    403: "api.forbidden",
    404: "api.address",
    405: "api.method",
    406: "api.accept",
    413: "api.too_large",
    415: "api.media",
    416: "api.range",
    422: "api.query",
    429: "api.too_many",
    500: "api.failed",
    503: "api.unavailable",
}
WORDS = {"score.not_yet": "api.score.not_yet"}  # where those for people say what a program cannot do


class RefusedError(Exception):
    """A request that is refused before the domain is asked, by a code that has words."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Sequence[Entry] = (),
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.errors = status, code, errors
        self.headers, self.params = headers or {}, params


def init_problems(app: Flask) -> None:
    app.register_error_handler(RefusedError, _refused)
    app.register_error_handler(SurveyError, _survey_error)
    app.register_error_handler(UnavailableError, _unavailable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    *,
    errors: Sequence[Entry] = (),
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, object] | None = None,
) -> Answer:
    """The answer. `params` fill the words of `code`; nothing else of what went wrong is told."""
    content = {
        "type": TYPE + code,
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": text_of(WORDS.get(code, code), params or {}),
        "code": code,
        "errors": list(errors),
    }
    answer = Answer(json.dumps(content, ensure_ascii=False), status=status, content_type=MEDIA)
    answer.headers.extend({"Content-Language": current_language(), "Vary": "Accept-Language", **(headers or {})})
    return answer


def entry(code: str, place: str, name: str, **params: object) -> Entry:
    """One problem of several: `place` is `query` or `document`, `name` a parameter or a part of it."""
    return {"code": code, "detail": text_of(code, params), "in": place, "name": shorten(name)}


def _refused(error: RefusedError) -> Answer:
    return problem(error.status, error.code, errors=error.errors, headers=error.headers, params=error.params)


def _survey_error(error: SurveyError) -> Answer:
    errors = [entry(each.code, "document", _name_of(each), **each.params) for each in error.problems]
    return problem(STATUS[error.kind], error.code, errors=errors, params=error.params)


def _name_of(found: Problem) -> str:
    return found.field or found.path or found.column or ""


def _unavailable(error: UnavailableError) -> Answer:
    log_unavailable(error)
    return problem(503, CODES[503], headers={"Retry-After": str(A_WHILE)})


def _http_error(error: HTTPException) -> Answer | HTTPException:
    status = error.code
    if status is None or status < 400:
        return error
    messages = getattr(error, "data", {}).get("messages", {})
    errors = list(_wrong_parameters(messages))
    return problem(status, CODES.get(status, CODES[400]), errors=errors, headers=headers_of(error))


def _wrong_parameters(messages: Mapping[str, Any]) -> Iterator[Entry]:
    """What the parser found, by place and name: that a parameter is unknown, or what it should be."""
    for place, wrong in messages.items():
        for name, said in wrong.items():
            expected = ", ".join(map(str, said)) if isinstance(said, list) else str(said)
            if expected == UNKNOWN:
                yield entry("api.query.unknown", place, name)
            else:
                yield entry("api.query.value", place, name, expected=expected)


def _unexpected(error: Exception) -> Answer:
    """A mistake of ours: the log has it, whoever asked hears that it is one."""
    here().log_exception((type(error), error, error.__traceback__))
    return problem(500, CODES[500])


def takes(kinds: Sequence[str]) -> bool:
    """Whether whoever asks takes JSON, or one of these kinds of files, or does not say."""
    accepted = request.accept_mimetypes
    return not accepted or bool(accepted.best_match(["application/json", MEDIA, *kinds]))
