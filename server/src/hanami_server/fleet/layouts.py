"""What the text of a template lays out, told in the words of the contract; call on threads, for it may take seconds."""

from functools import lru_cache

from hanami_engine import Hexagon, Template
from hanami_engine.paths import Target

from hanami_server.contract.templates import HexagonValues, ReachedHexagon, TemplateHexagon, TemplateLayout
from hanami_server.fleet.admission import admit

MOST_REACHED = 12  # as many as touch a hexagon; some can reach a thousand
KEPT = 16


def lay_out(text: str, memory_limit: int) -> TemplateLayout:
    """Tell what a text lays out, if this server takes it; raises TemplateError as `admit` does."""
    return _describe_all(admit(text, memory_limit))


@lru_cache(KEPT)
def layout_of(text: str) -> TemplateLayout:
    """Tell what a text lays out that was taken once; raises TemplateError."""
    return _describe_all(Template.parse(text))


def draw(text: str) -> str:
    """Draw a text as SVG; raises TemplateError."""
    return Template.parse(text).to_svg()


def _describe_all(template: Template) -> TemplateLayout:
    reach = template.paths.reach
    return TemplateLayout(hexagons=[_describe(it, reach.get(it.position, ())) for it in template.hexagons])


def _describe(hexagon: Hexagon, targets: tuple[Target, ...]) -> TemplateHexagon:
    return TemplateHexagon(
        position=list(hexagon.position),
        type=hexagon.type,
        name=hexagon.name,
        size=hexagon.size,
        values=None if hexagon.values is None else HexagonValues(hexagon.values),
        reachable=len(targets),
        reaches=[
            ReachedHexagon(position=list(it.position), distance=it.distance, probability=it.probability)
            for it in targets[:MOST_REACHED]
        ],
    )
