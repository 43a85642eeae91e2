"""Templates: texts that clusters are made from."""

from collections.abc import Iterator
from uuid import UUID

from hanami_sdk._answers import every, success, tag_of
from hanami_sdk.generated import AuthenticatedClient, models
from hanami_sdk.generated.api.templates import (
    check_template,
    create_template,
    delete_template,
    draw_template,
    get_template,
    list_templates,
    update_template,
)


class Templates:
    """Texts that say where the hexagons of a network are and what they do."""

    def __init__(self, api: AuthenticatedClient) -> None:
        self._api = api

    def create(self, name: str, text: str) -> models.Template:
        """Keep a text; one that is no template is refused with its line."""
        return success(create_template.sync(client=self._api, body=models.TemplateCreate(name=name, text=text)))

    def check(self, text: str) -> models.TemplateLayout:
        """Say what a text lays out, without keeping it."""
        return success(check_template.sync(client=self._api, body=models.TemplateCheck(text=text)))

    def get(self, template_id: UUID) -> models.Template:
        """Get one template, with what it lays out."""
        return success(get_template.sync(template_id, client=self._api))

    def list(self) -> Iterator[models.TemplateSummary]:
        """Yield all templates that the user may see, oldest first."""
        return every(lambda cursor: list_templates.sync(client=self._api, cursor=cursor))

    def picture(self, template_id: UUID) -> str:
        """Draw a template; gives the text of an SVG file."""
        return success(draw_template.sync(template_id, client=self._api))

    def rename(self, template_id: UUID, name: str, *, version: int | None = None) -> models.Template:
        """Give a template another name; with `version`, only if nobody changed it since."""
        wish = models.Rename(name=name)
        return success(update_template.sync(template_id, client=self._api, body=wish, if_match=tag_of(version)))

    def delete(self, template_id: UUID) -> None:
        """Remove a template; clusters that were made from it stay as they are."""
        delete_template.sync_detailed(template_id, client=self._api)
