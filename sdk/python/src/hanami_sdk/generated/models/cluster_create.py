from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ClusterCreate")


@_attrs_define
class ClusterCreate:
    """A cluster to be."""

    name: str
    """ Shown to people; never part of a path. """
    template: None | str | Unset = UNSET
    """ Left out: one internal hexagon, and sizes that follow from the first data. """
    seed: int | Unset = 0
    """ The same seed and samples give the same bytes. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        template: None | str | Unset
        if isinstance(self.template, Unset):
            template = UNSET
        else:
            template = self.template

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if template is not UNSET:
            field_dict["template"] = template
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_template(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        template = _parse_template(d.pop("template", UNSET))

        seed = d.pop("seed", UNSET)

        cluster_create = cls(
            name=name,
            template=template,
            seed=seed,
        )

        return cluster_create
