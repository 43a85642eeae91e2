from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.answer_part import AnswerPart
    from ..models.input_part import InputPart
    from ..models.target_part import TargetPart


T = TypeVar("T", bound="SessionShape")


@_attrs_define
class SessionShape:
    """How frames are laid out; sent when that changes, before the first answer of another shape."""

    type_: Literal["shape"]
    inputs: list[InputPart]
    """ In a client's frame; empty before a layout or data tell. """
    targets: list[TargetPart]
    """ In a client's frame that is learned, after the inputs. """
    answers: list[AnswerPart]
    """ In an answer, after loss and novelty. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = inputs_item_data.to_dict()
            inputs.append(inputs_item)

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        answers = []
        for answers_item_data in self.answers:
            answers_item = answers_item_data.to_dict()
            answers.append(answers_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "inputs": inputs,
                "targets": targets,
                "answers": answers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.answer_part import AnswerPart  # noqa: PLC0415
        from ..models.input_part import InputPart  # noqa: PLC0415
        from ..models.target_part import TargetPart  # noqa: PLC0415

        d = dict(src_dict)
        type_ = cast(Literal["shape"], d.pop("type"))
        if type_ != "shape":
            raise ValueError(f"type must match const 'shape', got '{type_}'")

        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in _inputs:
            inputs_item = InputPart.from_dict(inputs_item_data)

            inputs.append(inputs_item)

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = TargetPart.from_dict(targets_item_data)

            targets.append(targets_item)

        answers = []
        _answers = d.pop("answers")
        for answers_item_data in _answers:
            answers_item = AnswerPart.from_dict(answers_item_data)

            answers.append(answers_item)

        session_shape = cls(
            type_=type_,
            inputs=inputs,
            targets=targets,
            answers=answers,
        )

        session_shape.additional_properties = d
        return session_shape

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
