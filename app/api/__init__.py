"""The door for programs: what analysts and other systems read, with a token, under `/api/v1`."""

from app.api import campaigns as campaigns
from app.api import exports as exports
from app.api import fieldwork as fieldwork
from app.api import results as results
from app.api import service as service
from app.api import studies as studies
from app.api.door import blueprint, init_door
from app.api.names import CONVERTERS
from app.api.problems import init_problems
from app.edge import Renke
from app.limits import Limits

__all__ = ["init_api"]


def init_api(app: Renke) -> None:
    """One door for each application, so that two in one process share nothing."""
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.json.ensure_ascii = app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    app.url_map.converters.update(CONVERTERS)
    app.extensions["limits"] = Limits(app.settings.limits_storage)
    init_problems(app)
    init_door(app)
    app.register_blueprint(blueprint)
