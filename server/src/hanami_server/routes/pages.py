"""Pages outside the contract: the document itself, and a reference of it for people, without scripts."""

import re
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape
from quart import Blueprint, Quart, Response, current_app, redirect, render_template
from quart_schema import OpenAPIProvider, QuartSchema
from werkzeug import Response as Redirect

from hanami_server.contract.document import build_document, dump
from hanami_server.contract.errors import ERRORS
from hanami_server.contract.op import page

blueprint = Blueprint("pages", __name__, template_folder="../templates")


class Provider(OpenAPIProvider):
    """Returns our document to quart-schema, which would derive another one from its own decorators."""

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document of the app, built at the first request for it."""
        return build_document(current_app)

    def schema(self) -> dict[str, Any]:
        """Return the document."""
        return self.document


class Reference(QuartSchema):
    """Routes of quart-schema: the document in the bytes of the committed file, and a reference without scripts."""

    openapi_provider_class = Provider

    def __init__(self, app: Quart) -> None:
        super().__init__(
            app, openapi_path="/v1/openapi.json", swagger_ui_path="/docs", redoc_ui_path=None, scalar_ui_path=None
        )

    @page
    async def openapi(self) -> Response:
        """Send the document that all clients are made from."""
        return Response(dump(self.openapi_provider.schema()), content_type="application/json")

    @page
    async def swagger_ui(self) -> str:
        """Render the document; the pages that quart-schema has load scripts from other servers."""
        return await render_template("reference.html", document=self.openapi_provider.schema(), errors=ERRORS.values())


@blueprint.get("/")
@page
async def index() -> Redirect:
    """Lead to the reference."""
    return redirect("/docs", 307)


@blueprint.get("/docs/style.css")
@page
async def style() -> Response:
    """Send the style of the reference."""
    return Response(_style(), content_type="text/css; charset=utf-8")


@blueprint.app_template_filter("prose")
def prose(text: str) -> Markup:
    """Set what stands in backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 (escaped)


@cache
def _style() -> str:
    return files("hanami_server").joinpath("templates/reference.css").read_text("utf-8")
