from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.database_kind import DatabaseKind, check_database_kind

T = TypeVar("T", bound="SystemInfo")


@_attrs_define
class SystemInfo:
    """What is running here."""

    version: str
    """ Version of the server. """
    engine_version: str
    cores: int
    """ Processor cores that the server may use. """
    memory_bytes: int | None
    """ Memory of the machine; null where the system does not tell. """
    python_version: str
    platform: str
    """ Operating system and kind of processor. """
    database: DatabaseKind
    """ Which database keeps everything but files. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        engine_version = self.engine_version

        cores = self.cores

        memory_bytes: int | None
        memory_bytes = self.memory_bytes

        python_version = self.python_version

        platform = self.platform

        database: str = self.database

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "engine_version": engine_version,
                "cores": cores,
                "memory_bytes": memory_bytes,
                "python_version": python_version,
                "platform": platform,
                "database": database,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        version = d.pop("version")

        engine_version = d.pop("engine_version")

        cores = d.pop("cores")

        def _parse_memory_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        memory_bytes = _parse_memory_bytes(d.pop("memory_bytes"))

        python_version = d.pop("python_version")

        platform = d.pop("platform")

        database = check_database_kind(d.pop("database"))

        system_info = cls(
            version=version,
            engine_version=engine_version,
            cores=cores,
            memory_bytes=memory_bytes,
            python_version=python_version,
            platform=platform,
            database=database,
        )

        system_info.additional_properties = d
        return system_info

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
