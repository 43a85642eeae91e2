from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.csv_source import CsvSource
    from ..models.idx_source import IdxSource


T = TypeVar("T", bound="DatasetCreate")


@_attrs_define
class DatasetCreate:
    """A dataset to be; its uploads are used up when it is made."""

    name: str
    """ Shown to people; never part of a path. """
    source: CsvSource | IdxSource
    """ What a dataset is made from. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.idx_source import IdxSource  # noqa: PLC0415

        name = self.name

        source: dict[str, Any]
        if isinstance(self.source, IdxSource):
            source = self.source.to_dict()
        else:
            source = self.source.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.csv_source import CsvSource  # noqa: PLC0415
        from ..models.idx_source import IdxSource  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_source(data: object) -> CsvSource | IdxSource:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_dataset_source_type_0 = IdxSource.from_dict(data)

                return componentsschemas_dataset_source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_dataset_source_type_1 = CsvSource.from_dict(data)

            return componentsschemas_dataset_source_type_1

        source = _parse_source(d.pop("source"))

        dataset_create = cls(
            name=name,
            source=source,
        )

        return dataset_create
