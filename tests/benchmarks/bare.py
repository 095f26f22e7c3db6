"""The yardstick: a Flask page and a Flask form handler that do nothing, under the same server."""

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

app = Flask(__name__)


@app.get("/page")
def page() -> str:
    return "hello"


@app.post("/form")
def form() -> Response:
    request.form.to_dict()
    return redirect("/page", 303)
