from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.hexagon_answers import HexagonAnswers


T = TypeVar("T", bound="SamplesLearned")


@_attrs_define
class SamplesLearned:
    """What learning did."""

    loss: float
    """ Mean over the samples, each before it was learned. """
    novelty: list[float]
    """ How new every sample was. """
    samples: int
    """ Samples that the cluster has learned by now. """
    answers: list[HexagonAnswers] | None
    """ Where they were asked for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        loss = self.loss

        novelty = self.novelty

        samples = self.samples

        answers: list[dict[str, Any]] | None
        if isinstance(self.answers, list):
            answers = []
            for answers_type_0_item_data in self.answers:
                answers_type_0_item = answers_type_0_item_data.to_dict()
                answers.append(answers_type_0_item)

        else:
            answers = self.answers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "loss": loss,
                "novelty": novelty,
                "samples": samples,
                "answers": answers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hexagon_answers import HexagonAnswers  # noqa: PLC0415

        d = dict(src_dict)
        loss = d.pop("loss")

        novelty = cast(list[float], d.pop("novelty"))

        samples = d.pop("samples")

        def _parse_answers(data: object) -> list[HexagonAnswers] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                answers_type_0 = []
                _answers_type_0 = data
                for answers_type_0_item_data in _answers_type_0:
                    answers_type_0_item = HexagonAnswers.from_dict(answers_type_0_item_data)

                    answers_type_0.append(answers_type_0_item)

                return answers_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[HexagonAnswers] | None, data)

        answers = _parse_answers(d.pop("answers"))

        samples_learned = cls(
            loss=loss,
            novelty=novelty,
            samples=samples,
            answers=answers,
        )

        samples_learned.additional_properties = d
        return samples_learned

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
