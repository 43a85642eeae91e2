from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ErrorEntry")


@_attrs_define
class ErrorEntry:
    """A fault of the server that a request met."""

    id: int
    """ Rises from entry to entry. """
    created_at: datetime.datetime
    request_id: str
    """ Also in the answer of that request, and in the log of the server. """
    operation: None | str
    """ Id of the operation. """
    user_id: None | str
    """ Who called. """
    kind: str
    """ Name of the exception. """
    trace: str
    """ Where in the server it happened; no values. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        created_at = self.created_at.isoformat()

        request_id = self.request_id

        operation: None | str
        operation = self.operation

        user_id: None | str
        user_id = self.user_id

        kind = self.kind

        trace = self.trace

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "created_at": created_at,
                "request_id": request_id,
                "operation": operation,
                "user_id": user_id,
                "kind": kind,
                "trace": trace,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        request_id = d.pop("request_id")

        def _parse_operation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation = _parse_operation(d.pop("operation"))

        def _parse_user_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_id = _parse_user_id(d.pop("user_id"))

        kind = d.pop("kind")

        trace = d.pop("trace")

        error_entry = cls(
            id=id,
            created_at=created_at,
            request_id=request_id,
            operation=operation,
            user_id=user_id,
            kind=kind,
            trace=trace,
        )

        error_entry.additional_properties = d
        return error_entry

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
