"""Pages leave compressed, whatever stands before the server: a first view has to fit into one round trip."""

from __future__ import annotations

import gzip

from flask import Response, request

from app.headers import Complete

LEVEL = 6
NOT_WORTH_IT = 1024


def compress(response: Response) -> Response:
    """Gzip, where the browser takes it. The page's secrets are new in every page, so lengths tell nothing of them."""
    if isinstance(response, Complete) or response.mimetype != "text/html" or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if (
        request.accept_encodings["gzip"]
        and response.content_length is not None
        and response.content_length > NOT_WORTH_IT
    ):
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
