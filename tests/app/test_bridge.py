"""From the server's interface to that of Flask: a request loses nothing on the way, and gains nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from app.bodies import Body
from app.bridge import Bridge, environ_of
from app.edge import Renke
from app.rsgi import ClosedError
from tests.app.served import Exchange, Headers, Scope

NOTHING = Body(b"", 0)
Environ = dict[str, Any]


def environ(path: str = "/", *headers: tuple[str, str], body: Body = NOTHING, **others: Any) -> Environ:
    return environ_of(Scope(path, headers=Headers(*headers), **others), body)


def test_a_request_as_flask_wants_it() -> None:
    body = Body(b"a=1", 3)
    made = environ("/r/x", ("Content-Type", "text/plain"), body=body, method="POST", query_string="lang=en&x=%20")
    assert made["wsgi.input"].read() == b"a=1"
    expected = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/r/x",
        "QUERY_STRING": "lang=en&x=%20",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "3",
        "wsgi.url_scheme": "http",
    }
    assert {name: made[name] for name in expected} == expected
    assert "HTTP_CONTENT_TYPE" not in made
    assert "HTTP_CONTENT_LENGTH" not in made


@pytest.mark.parametrize("path", ["/r/答题码", "/r/a b", "/r/%2F", "/r/\ufffd", "/r/é", "*"])
def test_a_path_is_bytes_that_look_like_text(path: str) -> None:
    assert environ(path)["PATH_INFO"].encode("latin-1").decode() == path


def test_headers_of_one_name_are_one() -> None:
    made = environ("/", ("Accept-Language", "en"), ("X-Forwarded-For", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2"))
    assert made["HTTP_ACCEPT_LANGUAGE"] == "en"
    assert made["HTTP_X_FORWARDED_FOR"] == "192.0.2.1,192.0.2.2"


def test_cookies_are_one_header() -> None:
    assert environ("/", ("Cookie", "lang=en"), ("Cookie", "size=huge"))["HTTP_COOKIE"] == "lang=en; size=huge"


def test_a_header_with_an_underscore_passes_for_no_other() -> None:
    made = environ("/", ("X_Forwarded_For", "192.0.2.1"), ("Content_Length", "7"), ("Content_Type", "x"))
    assert not {"HTTP_X_FORWARDED_FOR", "CONTENT_TYPE"} & made.keys()
    assert made["CONTENT_LENGTH"] == "0"


def test_the_body_has_the_length_that_it_has() -> None:
    """Whatever was announced; a view would take a body in parts for one without end."""
    sent = (("Transfer-Encoding", "chunked"), ("Content-Length", "9"))
    made = environ("/", *sent, body=Body(b"abc", 3))
    assert made["CONTENT_LENGTH"] == "3"
    assert "HTTP_TRANSFER_ENCODING" not in made


@pytest.mark.parametrize(
    ("headers", "authority", "host"),
    [
        ([("Host", "survey.example")], None, "survey.example"),
        ([], "survey.example:8443", "survey.example:8443"),  # HTTP/2
        ([], None, "127.0.0.1:8000"),  # HTTP/1.0
    ],
)
def test_the_host(headers: list[tuple[str, str]], authority: str | None, host: str) -> None:
    assert environ("/", *headers, authority=authority)["HTTP_HOST"] == host


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1"])
def test_addresses_without_their_ports(address: str) -> None:
    written = f"[{address}]" if ":" in address else address
    made = environ(client=f"{written}:50123", server=f"{written}:8000")
    assert (made["REMOTE_ADDR"], made["SERVER_NAME"], made["SERVER_PORT"]) == (address, address, "8000")


def crossed(app: Callable[..., Iterable[bytes]], scope: Scope, **more: Any) -> Any:
    """What an application answers to this request."""
    bridge, exchange = Bridge(app, threads=1), Exchange()
    asyncio.run(bridge(scope, NOTHING, exchange, more))
    bridge.close()
    return exchange.answer


def test_an_answer_is_made_whole_and_ended() -> None:
    ended = []

    class Parts:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"", b"b"])

        def close(self) -> None:
            ended.append(True)

    def app(environ: Environ, start_response: Any) -> Parts:
        start_response("418 I'm a teapot", [("X-Told", environ["told"])])
        return Parts()

    assert crossed(app, Scope("/"), told="this") == (418, [("X-Told", "this")], b"ab")
    assert ended == [True]


class Made:
    """Parts that are made while they are sent, and know how many were."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self._parts, self.made, self.ended = parts, 0, False

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            self.made += 1
            yield part

    def close(self) -> None:
        self.ended = True


def sent(made: Made, exchange: Exchange, method: str = "GET") -> None:
    def app(_environ: Environ, start_response: Any) -> Made:
        start_response("200 OK", [("X-Parts", "3")])
        return made

    bridge = Bridge(app, threads=1)
    asyncio.run(bridge(Scope("/", method=method), NOTHING, exchange, {}))
    bridge.close()


def test_an_answer_of_no_known_length_is_sent_as_it_is_made() -> None:
    made, exchange = Made(b"a", b"", b"b"), Exchange()
    sent(made, exchange)
    assert exchange.answer == (200, [("X-Parts", "3")], b"ab")
    assert (exchange.sent, made.ended) == (2, True)


def test_nothing_more_is_made_for_who_has_gone() -> None:
    class Gone(Exchange):
        async def send_bytes(self, data: bytes) -> None:
            raise ClosedError

    made = Made(b"a", b"b", b"c")
    sent(made, Gone())
    assert (made.made, made.ended) == (1, True)


def test_an_answer_that_fails_on_its_way_is_ended_and_told() -> None:
    made = Made(b"a", ValueError("the printer"))
    with pytest.raises(ValueError, match="printer"):
        sent(made, Exchange())
    assert made.ended


def test_who_asks_for_the_headers_gets_no_body(app: Renke) -> None:
    status, headers, body = crossed(app.front, Scope("/r/", method="HEAD"))
    assert (status, body) == (200, b"")
    assert int(dict(headers)["Content-Length"]) > 1000, "that of the page"
