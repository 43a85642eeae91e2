from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.task_state import TaskState, check_task_state

if TYPE_CHECKING:
    from ..models.task_progress import TaskProgress


T = TypeVar("T", bound="TaskEvent")


@_attrs_define
class TaskEvent:
    """What one server-sent event carries: the task as it is now; the stream ends after a final state."""

    task_id: UUID
    state: TaskState
    """ Where a task is; the last three are for good. """
    progress: TaskProgress
    """ How far a task is and what the network has become. """
    result_dataset_id: None | UUID
    error: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        task_id = str(self.task_id)

        state: str = self.state

        progress = self.progress.to_dict()

        result_dataset_id: None | str
        if isinstance(self.result_dataset_id, UUID):
            result_dataset_id = str(self.result_dataset_id)
        else:
            result_dataset_id = self.result_dataset_id

        error: None | str
        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "task_id": task_id,
                "state": state,
                "progress": progress,
                "result_dataset_id": result_dataset_id,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.task_progress import TaskProgress  # noqa: PLC0415

        d = dict(src_dict)
        task_id = UUID(d.pop("task_id"))

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

        task_event = cls(
            task_id=task_id,
            state=state,
            progress=progress,
            result_dataset_id=result_dataset_id,
            error=error,
        )

        task_event.additional_properties = d
        return task_event

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
