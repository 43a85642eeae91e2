from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.hexagon_answers import HexagonAnswers


T = TypeVar("T", bound="SamplesAnswered")


@_attrs_define
class SamplesAnswered:
    """Answers to samples."""

    request_id: None | UUID
    """ Names the request for `learnTruth`; null where nothing is kept. """
    novelty: list[float]
    """ How new every sample is to the network. """
    answers: list[HexagonAnswers]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id: None | str
        if isinstance(self.request_id, UUID):
            request_id = str(self.request_id)
        else:
            request_id = self.request_id

        novelty = self.novelty

        answers = []
        for answers_item_data in self.answers:
            answers_item = answers_item_data.to_dict()
            answers.append(answers_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "novelty": novelty,
                "answers": answers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hexagon_answers import HexagonAnswers  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_request_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                request_id_type_0 = UUID(data)

                return request_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        request_id = _parse_request_id(d.pop("request_id"))

        novelty = cast(list[float], d.pop("novelty"))

        answers = []
        _answers = d.pop("answers")
        for answers_item_data in _answers:
            answers_item = HexagonAnswers.from_dict(answers_item_data)

            answers.append(answers_item)

        samples_answered = cls(
            request_id=request_id,
            novelty=novelty,
            answers=answers,
        )

        samples_answered.additional_properties = d
        return samples_answered

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
