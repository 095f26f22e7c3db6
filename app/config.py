"""The settings, and the one place that reads the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Settings:
    """What an installation decides.

    `home` keeps the embedded database and the secret; `base_url` is what QR codes point to; `secret` keys every
    digest, so that losing it makes printed codes void; `language` is the command line's.
    """

    home: Path
    database_url: str
    secret: bytes = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    timezone: ZoneInfo = SHANGHAI
    language: str = "zh-CN"
    limits_storage: str = "memory://"
    proxies: int = 0  # web servers in front that say for whom they ask
    stale: float = 1.0  # seconds that a page may not know of a change to its campaign; what is handed in always does
    testing: bool = False


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from RENKE_HOME, RENKE_DATABASE_URL, RENKE_SECRET, RENKE_BASE_URL, RENKE_TIMEZONE, RENKE_LANGUAGE."""
    given = os.environ if environment is None else environment
    home = Path(given.get("RENKE_HOME") or ROOT / "var").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else on this machine need see the database
    port = given.get("PORT") or "8000"
    return Settings(
        home=home,
        database_url=given.get("RENKE_DATABASE_URL") or f"sqlite:///{home / 'renke.db'}",
        secret=given["RENKE_SECRET"].encode() if given.get("RENKE_SECRET") else _kept_secret(home / "secret"),
        base_url=(given.get("RENKE_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        timezone=ZoneInfo(given.get("RENKE_TIMEZONE") or "Asia/Shanghai"),
        language=given.get("RENKE_LANGUAGE") or _shell_language(given),
        limits_storage=given.get("RENKE_LIMITS_STORAGE") or "memory://",
        proxies=int(given.get("RENKE_PROXIES") or 0),
    )


def _kept_secret(file: Path) -> bytes:
    """The secret of this installation, made at the first start; of several processes one makes it, all read it."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first
            file.hardlink_to(draft)
        draft.unlink()
    return file.read_text().strip().encode()


def _shell_language(given: Mapping[str, str]) -> str:
    shell = given.get("LC_ALL") or given.get("LC_MESSAGES") or given.get("LANG") or ""
    return "zh-CN" if shell.startswith("zh") else "en"
