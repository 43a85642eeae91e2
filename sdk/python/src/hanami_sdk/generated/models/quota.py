from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.quota_limits import QuotaLimits
    from ..models.quota_usage import QuotaUsage


T = TypeVar("T", bound="Quota")


@_attrs_define
class Quota:
    """How much a user, or a project, may have and has."""

    limits: QuotaLimits
    """ The most there may be; null where there is no limit. """
    usage: QuotaUsage
    """ What there is now. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        limits = self.limits.to_dict()

        usage = self.usage.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "limits": limits,
                "usage": usage,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quota_limits import QuotaLimits  # noqa: PLC0415
        from ..models.quota_usage import QuotaUsage  # noqa: PLC0415

        d = dict(src_dict)
        limits = QuotaLimits.from_dict(d.pop("limits"))

        usage = QuotaUsage.from_dict(d.pop("usage"))

        quota = cls(
            limits=limits,
            usage=usage,
        )

        quota.additional_properties = d
        return quota

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
