from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.host_kind import HostKind, check_host_kind
from ..models.host_state import HostState, check_host_state

T = TypeVar("T", bound="Host")


@_attrs_define
class Host:
    """A place where networks live and learn, and what it does at this moment."""

    id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    kind: HostKind
    """ What a host is: the processors of the machine, or a GPU. """
    state: HostState
    """ How a host is: a lost one does not answer any more, and is not used before the server starts again. """
    threads: int
    """ Networks that it runs at the same time; of a GPU, its multiprocessors. """
    clusters: int
    """ Clusters whose networks are in its memory; the others come when they are asked. """
    running_tasks: int
    """ Tasks that it works on; those that wait are not counted. """
    device: None | str
    """ What its maker calls it; null for the processors of the machine. """
    memory_bytes: int | None
    """ Memory of the device; null where it does not tell, and of the processors of the machine. """
    memory_free_bytes: int | None
    """ What of it nobody uses; null where it does not tell, and of the processors of the machine. """
    temperature_celsius: float | None
    """ How warm it is; null where it does not tell, and of the processors of the machine. """
    power_watts: float | None
    """ What it draws; null where it does not tell, and of the processors of the machine. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind: str = self.kind

        state: str = self.state

        threads = self.threads

        clusters = self.clusters

        running_tasks = self.running_tasks

        device: None | str
        device = self.device

        memory_bytes: int | None
        memory_bytes = self.memory_bytes

        memory_free_bytes: int | None
        memory_free_bytes = self.memory_free_bytes

        temperature_celsius: float | None
        temperature_celsius = self.temperature_celsius

        power_watts: float | None
        power_watts = self.power_watts

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "state": state,
                "threads": threads,
                "clusters": clusters,
                "running_tasks": running_tasks,
                "device": device,
                "memory_bytes": memory_bytes,
                "memory_free_bytes": memory_free_bytes,
                "temperature_celsius": temperature_celsius,
                "power_watts": power_watts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = check_host_kind(d.pop("kind"))

        state = check_host_state(d.pop("state"))

        threads = d.pop("threads")

        clusters = d.pop("clusters")

        running_tasks = d.pop("running_tasks")

        def _parse_device(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device = _parse_device(d.pop("device"))

        def _parse_memory_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        memory_bytes = _parse_memory_bytes(d.pop("memory_bytes"))

        def _parse_memory_free_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        memory_free_bytes = _parse_memory_free_bytes(d.pop("memory_free_bytes"))

        def _parse_temperature_celsius(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        temperature_celsius = _parse_temperature_celsius(d.pop("temperature_celsius"))

        def _parse_power_watts(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        power_watts = _parse_power_watts(d.pop("power_watts"))

        host = cls(
            id=id,
            kind=kind,
            state=state,
            threads=threads,
            clusters=clusters,
            running_tasks=running_tasks,
            device=device,
            memory_bytes=memory_bytes,
            memory_free_bytes=memory_free_bytes,
            temperature_celsius=temperature_celsius,
            power_watts=power_watts,
        )

        host.additional_properties = d
        return host

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
