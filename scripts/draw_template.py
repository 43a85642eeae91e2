"""Draw the first template of the reference as the picture that stands beside it: `make pictures`."""

from __future__ import annotations

import re
from pathlib import Path

from hanami_engine import Template

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "templates.md"
PICTURE = PAGE.parent / "pictures" / "template.svg"


def draw() -> str:
    """Give the picture as SVG text."""
    example = re.search(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    if not example:
        raise SystemExit(f"{PAGE.name} shows no template")
    return Template.parse(example[1]).to_svg()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw())
