"""How the server is started: with room for as many connections as the system allows, and no more."""

from __future__ import annotations

import resource

import pytest

from app.cli.serve import CONNECTIONS, FEWEST, OTHER_FILES, allow_files, server_command

ENDLESS = resource.RLIM_INFINITY
PLENTY = CONNECTIONS + OTHER_FILES


@pytest.mark.parametrize(
    ("limits", "connections", "allowed"),
    [
        ((1024, ENDLESS), CONNECTIONS, [(PLENTY, ENDLESS)]),
        ((1024, 524_288), CONNECTIONS, [(PLENTY, 524_288)]),
        ((1024, 4096), 4096 - OTHER_FILES, [(4096, 4096)]),
        ((20_000, 20_000), CONNECTIONS, []),
        ((ENDLESS, ENDLESS), CONNECTIONS, []),
        ((256, 256), FEWEST, []),
    ],
)
def test_connections_are_as_many_as_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    connections: int,
    allowed: list[tuple[int, int]],
) -> None:
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, made: found.append(made))
    command = server_command("wsgi:service", host="127.0.0.1", port=8000)
    assert command[command.index("--backpressure") + 1] == str(connections)
    allow_files()
    assert found == allowed
