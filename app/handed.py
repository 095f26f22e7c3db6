"""Addresses of links that people hand on: to join, or to choose a new password."""

from __future__ import annotations

from app.edge import here

JOIN = "/console/join/"


def address_of_link(token: str) -> str:
    """The whole address, as it is sent to somebody."""
    return f"{here().settings.base_url}{JOIN}{token}"
