"""Messages made of other messages."""


def start_sentence(text: str) -> str:
    """Return `text` with a capital first letter, and all else as it is: names of devices and classes keep their case.

    A first word that is not made of letters alone is an id, such as ``cuda:0:`` or ``emulated-0``, and stays as well.
    """
    first = text.split(maxsplit=1)[0].rstrip(",;:.") if text.strip() else ""
    return text[:1].upper() + text[1:] if first.isalpha() else text
