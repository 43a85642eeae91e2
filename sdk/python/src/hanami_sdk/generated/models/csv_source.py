from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CsvSource")


@_attrs_define
class CsvSource:
    """A table of numbers in UTF-8; an empty cell is a missing reading."""

    kind: Literal["csv"]
    file: UUID
    """ Upload with the table. """
    header: bool | Unset = True
    """ The first line names the columns; else they are `c0`, `c1`, … """
    delimiter: str | Unset = ","

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        file = str(self.file)

        header = self.header

        delimiter = self.delimiter

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "kind": kind,
                "file": file,
            }
        )
        if header is not UNSET:
            field_dict["header"] = header
        if delimiter is not UNSET:
            field_dict["delimiter"] = delimiter

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = cast(Literal["csv"], d.pop("kind"))
        if kind != "csv":
            raise ValueError(f"kind must match const 'csv', got '{kind}'")

        file = UUID(d.pop("file"))

        header = d.pop("header", UNSET)

        delimiter = d.pop("delimiter", UNSET)

        csv_source = cls(
            kind=kind,
            file=file,
            header=header,
            delimiter=delimiter,
        )

        return csv_source
