"""Which templates a server takes."""

from hanami_engine import Template, TemplateError


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
