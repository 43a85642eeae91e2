from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.meaning import Meaning, check_meaning

T = TypeVar("T", bound="HexagonAnswers")


@_attrs_define
class HexagonAnswers:
    """What one output hexagon answers."""

    hexagon: str
    values: Meaning | None
    """ What they mean; null before the first targets decide it. """
    rows: list[list[float | None]]
    """ Per sample: the probability of every class, or the values; null for what is not finite. """
    labels: list[int] | None
    """ The likeliest class of every sample; null where there are none. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hexagon = self.hexagon

        values: None | str
        if isinstance(self.values, str):
            values = self.values
        else:
            values = self.values

        rows = []
        for rows_item_data in self.rows:
            rows_item = []
            for rows_item_item_data in rows_item_data:
                rows_item_item: float | None
                rows_item_item = rows_item_item_data
                rows_item.append(rows_item_item)

            rows.append(rows_item)

        labels: list[int] | None
        if isinstance(self.labels, list):
            labels = self.labels

        else:
            labels = self.labels

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "hexagon": hexagon,
                "values": values,
                "rows": rows,
                "labels": labels,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hexagon = d.pop("hexagon")

        def _parse_values(data: object) -> Meaning | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                values_type_0 = check_meaning(data)

                return values_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Meaning | None, data)

        values = _parse_values(d.pop("values"))

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = []
            _rows_item = rows_item_data
            for rows_item_item_data in _rows_item:

                def _parse_rows_item_item(data: object) -> float | None:
                    if data is None:
                        return data
                    return cast(float | None, data)

                rows_item_item = _parse_rows_item_item(rows_item_item_data)

                rows_item.append(rows_item_item)

            rows.append(rows_item)

        def _parse_labels(data: object) -> list[int] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                labels_type_0 = cast(list[int], data)

                return labels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None, data)

        labels = _parse_labels(d.pop("labels"))

        hexagon_answers = cls(
            hexagon=hexagon,
            values=values,
            rows=rows,
            labels=labels,
        )

        hexagon_answers.additional_properties = d
        return hexagon_answers

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
