from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClusterStatistics")


@_attrs_define
class ClusterStatistics:
    """What has grown so far."""

    samples: int
    """ Samples learned. """
    inputs: int
    """ Inputs that own sections. """
    neurons: int
    """ Neurons of the blocks in use. """
    levels: int
    """ Intervals of values that have sections of their own. """
    sections: int
    synapses: int
    bytes_: int
    """ Memory of the network. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        samples = self.samples

        inputs = self.inputs

        neurons = self.neurons

        levels = self.levels

        sections = self.sections

        synapses = self.synapses

        bytes_ = self.bytes_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "samples": samples,
                "inputs": inputs,
                "neurons": neurons,
                "levels": levels,
                "sections": sections,
                "synapses": synapses,
                "bytes": bytes_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        samples = d.pop("samples")

        inputs = d.pop("inputs")

        neurons = d.pop("neurons")

        levels = d.pop("levels")

        sections = d.pop("sections")

        synapses = d.pop("synapses")

        bytes_ = d.pop("bytes")

        cluster_statistics = cls(
            samples=samples,
            inputs=inputs,
            neurons=neurons,
            levels=levels,
            sections=sections,
            synapses=synapses,
            bytes_=bytes_,
        )

        cluster_statistics.additional_properties = d
        return cluster_statistics

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
