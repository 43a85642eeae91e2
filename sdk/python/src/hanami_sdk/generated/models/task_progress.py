from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TaskProgress")


@_attrs_define
class TaskProgress:
    """How far a task is and what the network has become."""

    done: int
    """ Samples worked on, over all epochs. """
    total: int
    """ Samples to work on, over all epochs. """
    samples_per_second: float
    loss: float | None
    """ Mean over the latest samples; null where nothing is learned. """
    sections: int
    synapses: int
    bytes_: int
    """ Memory of the network. """
    novelty: float | None | Unset = UNSET
    """ How new the samples were to the network, their mean so far; null before the first. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        done = self.done

        total = self.total

        samples_per_second = self.samples_per_second

        loss: float | None
        loss = self.loss

        sections = self.sections

        synapses = self.synapses

        bytes_ = self.bytes_

        novelty: float | None | Unset
        if isinstance(self.novelty, Unset):
            novelty = UNSET
        else:
            novelty = self.novelty

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "done": done,
                "total": total,
                "samples_per_second": samples_per_second,
                "loss": loss,
                "sections": sections,
                "synapses": synapses,
                "bytes": bytes_,
            }
        )
        if novelty is not UNSET:
            field_dict["novelty"] = novelty

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        done = d.pop("done")

        total = d.pop("total")

        samples_per_second = d.pop("samples_per_second")

        def _parse_loss(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        loss = _parse_loss(d.pop("loss"))

        sections = d.pop("sections")

        synapses = d.pop("synapses")

        bytes_ = d.pop("bytes")

        def _parse_novelty(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        novelty = _parse_novelty(d.pop("novelty", UNSET))

        task_progress = cls(
            done=done,
            total=total,
            samples_per_second=samples_per_second,
            loss=loss,
            sections=sections,
            synapses=synapses,
            bytes_=bytes_,
            novelty=novelty,
        )

        task_progress.additional_properties = d
        return task_progress

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
