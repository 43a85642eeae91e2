from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_state import TaskState, check_task_state
from ..models.task_type import TaskType, check_task_type

if TYPE_CHECKING:
    from ..models.task_progress import TaskProgress


T = TypeVar("T", bound="Task")


@_attrs_define
class Task:
    """Work of one cluster."""

    id: UUID
    owner_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    project_id: str
    """ Lower-case letters, digits, `_` and `-`; at most 63. """
    version: int
    """ Counts changes; also the header `ETag`. """
    created_at: datetime.datetime
    updated_at: datetime.datetime
    """ When it was changed last. """
    cluster_id: UUID
    type_: TaskType
    """ Learn from a dataset, or answer for each of its rows. """
    state: TaskState
    """ Where a task is; the last three are for good. """
    progress: TaskProgress
    """ How far a task is and what the network has become. """
    result_dataset_id: None | UUID
    """ The answers of a finished request. """
    error: None | str
    """ Why it failed. """
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        owner_id = self.owner_id

        project_id = self.project_id

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        cluster_id = str(self.cluster_id)

        type_: str = self.type_

        state: str = self.state

        progress = self.progress.to_dict()

        result_dataset_id: None | str
        if isinstance(self.result_dataset_id, UUID):
            result_dataset_id = str(self.result_dataset_id)
        else:
            result_dataset_id = self.result_dataset_id

        error: None | str
        error = self.error

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "owner_id": owner_id,
                "project_id": project_id,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
                "cluster_id": cluster_id,
                "type": type_,
                "state": state,
                "progress": progress,
                "result_dataset_id": result_dataset_id,
                "error": error,
                "started_at": started_at,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task_progress import TaskProgress  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        owner_id = d.pop("owner_id")

        project_id = d.pop("project_id")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        cluster_id = UUID(d.pop("cluster_id"))

        type_ = check_task_type(d.pop("type"))

        state = check_task_state(d.pop("state"))

        progress = TaskProgress.from_dict(d.pop("progress"))

        def _parse_result_dataset_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                result_dataset_id_type_0 = UUID(data)

                return result_dataset_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        result_dataset_id = _parse_result_dataset_id(d.pop("result_dataset_id"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        task = cls(
            id=id,
            owner_id=owner_id,
            project_id=project_id,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
            cluster_id=cluster_id,
            type_=type_,
            state=state,
            progress=progress,
            result_dataset_id=result_dataset_id,
            error=error,
            started_at=started_at,
            finished_at=finished_at,
        )

        task.additional_properties = d
        return task

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
