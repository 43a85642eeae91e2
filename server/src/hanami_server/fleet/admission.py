"""Which templates and snapshots a server takes."""

from hanami_engine import Network, SnapshotError, Template, TemplateError


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


def revive(snapshot: bytes) -> Network:
    """Read a network from its snapshot.

    Raises
    ------
    SnapshotError
        It is damaged, or of another version of the engine.
    MemoryError
        The system grants no addresses for it.
    """
    try:
        return Network.from_bytes(snapshot)
    except SnapshotError as error:
        if isinstance(error.__cause__, MemoryError):  # the snapshot is good: it will be read another time
            raise error.__cause__ from error
        raise
