from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TemplateCheck")


@_attrs_define
class TemplateCheck:
    """A text that may be a template."""

    text: str
    """ The hexagons of the network, where they are and what they do: YAML, or a historic format. """

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        template_check = cls(
            text=text,
        )

        return template_check
