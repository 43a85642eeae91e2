"""Pages outside the contract: the document itself, and a reference of it for people, without scripts."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape
from quart import Blueprint, Response, current_app, redirect, render_template
from werkzeug import Response as Redirect

from hanami_server.contract.document import build_document, dump
from hanami_server.contract.errors import ERRORS
from hanami_server.contract.op import page

DOCUMENT = "hanami.document"

blueprint = Blueprint("pages", __name__, template_folder="../templates")


@blueprint.get("/")
@page
async def index() -> Redirect:
    """Lead to the reference."""
    return redirect("/docs", 307)


@blueprint.get("/v1/openapi.json")
@page
async def openapi() -> Response:
    """Send the document that all clients are made from."""
    return Response(dump(_document()), content_type="application/json")


@blueprint.get("/docs")
@page
async def reference() -> str:
    """Render the document."""
    return await render_template("reference.html", document=_document(), errors=ERRORS.values())


@blueprint.get("/docs/style.css")
@page
async def style() -> Response:
    """Send the style of the reference."""
    return Response(_style(), content_type="text/css; charset=utf-8")


@blueprint.app_template_filter("prose")
def prose(text: str) -> Markup:
    """Set what stands in backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 (escaped)


def _document() -> dict[str, Any]:
    """Build the document of this app once."""
    known: dict[str, Any] = current_app.extensions
    if DOCUMENT not in known:
        known[DOCUMENT] = build_document(current_app)
    document: dict[str, Any] = known[DOCUMENT]
    return document


@cache
def _style() -> str:
    return files("hanami_server").joinpath("templates/reference.css").read_text("utf-8")
