from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ClusterCreate")


@_attrs_define
class ClusterCreate:
    """A cluster to be."""

    name: str
    """ Shown to people; never part of a path. """
    template: str
    """ YAML: the hexagons of the network, where they are and what they do. """
    seed: int | Unset = 0
    """ The same seed and samples give the same bytes. """

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        template = self.template

        seed = self.seed

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "template": template,
            }
        )
        if seed is not UNSET:
            field_dict["seed"] = seed

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        template = d.pop("template")

        seed = d.pop("seed", UNSET)

        cluster_create = cls(
            name=name,
            template=template,
            seed=seed,
        )

        return cluster_create
