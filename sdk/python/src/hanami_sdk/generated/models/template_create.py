from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TemplateCreate")


@_attrs_define
class TemplateCreate:
    """A template to be."""

    name: str
    """ Shown to people; never part of a path. """
    text: str
    """ The hexagons of the network, where they are and what they do: YAML, or a historic format. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        text = d.pop("text")

        template_create = cls(
            name=name,
            text=text,
        )

        return template_create
