"""What templates of the console may call a number."""

from __future__ import annotations

from app.console.door import blueprint
from app.numbers import count, fixed, percent

for _filter in (count, fixed, percent):
    blueprint.add_app_template_filter(_filter)
