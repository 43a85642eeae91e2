from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AuditEntry")


@_attrs_define
class AuditEntry:
    """A call that changed something, or was refused."""

    id: int
    """ Rises from entry to entry. """
    created_at: datetime.datetime
    user_id: None | str
    """ Who called, or tried to log in; null for somebody unknown. """
    project_id: None | str
    """ The project of the token. """
    operation: str
    """ Id of the operation. """
    resource: None | str
    """ What was changed, or what the address named. """
    status: int
    """ Status of the answer. """
    address: None | str
    """ Where the call came from. """
    request_id: str
    """ Also in the answer of that request, and in the log of the server. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        created_at = self.created_at.isoformat()

        user_id: None | str
        user_id = self.user_id

        project_id: None | str
        project_id = self.project_id

        operation = self.operation

        resource: None | str
        resource = self.resource

        status = self.status

        address: None | str
        address = self.address

        request_id = self.request_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "created_at": created_at,
                "user_id": user_id,
                "project_id": project_id,
                "operation": operation,
                "resource": resource,
                "status": status,
                "address": address,
                "request_id": request_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_user_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_id = _parse_user_id(d.pop("user_id"))

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        operation = d.pop("operation")

        def _parse_resource(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resource = _parse_resource(d.pop("resource"))

        status = d.pop("status")

        def _parse_address(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        address = _parse_address(d.pop("address"))

        request_id = d.pop("request_id")

        audit_entry = cls(
            id=id,
            created_at=created_at,
            user_id=user_id,
            project_id=project_id,
            operation=operation,
            resource=resource,
            status=status,
            address=address,
            request_id=request_id,
        )

        audit_entry.additional_properties = d
        return audit_entry

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
