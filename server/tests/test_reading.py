"""Problems name the fields of the request, also within lists and unions."""

import pytest
from hanami_server.contract.reading import _field

SENT = {"type": "train", "source": {"kind": "idx", "images": 1}, "list": [{"a": 1}]}


@pytest.mark.parametrize(
    ("location", "field"),
    [
        ((), "body"),
        (("train", "epochs"), "epochs"),
        (("source", "idx", "images"), "source.images"),
        (("source", "idx", "labels"), "source.labels"),
        (("list", 0, "a"), "list.0.a"),
        (("unknown",), "unknown"),
    ],
)
def test_names_of_fields(location, field):
    assert _field(location, SENT) == field
