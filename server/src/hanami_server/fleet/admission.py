"""Which templates a server takes, and which states a cluster."""

from hanami_engine import Network, Stats, Template, TemplateError
from hanami_engine.snapshot import read_template


class OtherTemplateError(Exception):
    """A state does not belong to the template of the cluster; the message names the difference."""


def admit(text: str | None, memory_limit: int) -> Template:
    """Read the template of a new cluster; without a text, its sizes and meaning follow from its first data.

    Parameters
    ----------
    text : str, optional
    memory_limit : int
        Most bytes that a template may allow.

    Raises
    ------
    TemplateError
        The text is not a template, or allows more.
    """
    if text is None:
        template = Template.for_data()
        if template.settings.memory_limit > memory_limit:
            template = Template.parse(f"{template.text}settings: {{memory_limit: {memory_limit}}}\n")
        return template
    template = Template.parse(text)
    if (asked := template.settings.memory_limit) > memory_limit:
        message = f"expected at most {memory_limit} bytes on this server, got {asked}"
        raise TemplateError(message, key="settings.memory_limit")
    return template


def expect_state(template: str, snapshot: bytes) -> Stats:
    """Check that a state is one of clusters with this template, and tell what it is made of; call on a thread.

    Raises
    ------
    OtherTemplateError
        The state belongs to another template.
    SnapshotError
        The bytes are damaged, or of another version of the engine.
    MemoryError
        The system grants no addresses for the network.
    """
    difference = Template.parse(template).difference(read_template(snapshot))  # else it would be laid out in vain
    if difference is not None:
        raise OtherTemplateError(difference)
    return Network.from_bytes(snapshot).stats()
