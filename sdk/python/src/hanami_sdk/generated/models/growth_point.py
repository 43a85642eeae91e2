from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cluster_statistics import ClusterStatistics


T = TypeVar("T", bound="GrowthPoint")


@_attrs_define
class GrowthPoint:
    """A cluster after some of its samples."""

    samples: int
    """ Samples learned until then. """
    at: datetime.datetime
    """ When that was. """
    statistics: ClusterStatistics
    """ What has grown so far. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        samples = self.samples

        at = self.at.isoformat()

        statistics = self.statistics.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "samples": samples,
                "at": at,
                "statistics": statistics,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cluster_statistics import ClusterStatistics  # noqa: PLC0415

        d = dict(src_dict)
        samples = d.pop("samples")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        statistics = ClusterStatistics.from_dict(d.pop("statistics"))

        growth_point = cls(
            samples=samples,
            at=at,
            statistics=statistics,
        )

        growth_point.additional_properties = d
        return growth_point

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
