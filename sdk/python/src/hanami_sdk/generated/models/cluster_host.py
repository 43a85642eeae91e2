from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClusterHost")


@_attrs_define
class ClusterHost:
    """Where a cluster lives, and what was asked for."""

    host: str
    """ Where its network lives now; see `getHost`. """
    choice: str
    """ The host that somebody chose, or `auto`; where that one is gone, it lives elsewhere. """
    version: int
    """ Of the cluster; also the header `ETag`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        host = self.host

        choice = self.choice

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "host": host,
                "choice": choice,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        host = d.pop("host")

        choice = d.pop("choice")

        version = d.pop("version")

        cluster_host = cls(
            host=host,
            choice=choice,
            version=version,
        )

        cluster_host.additional_properties = d
        return cluster_host

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
