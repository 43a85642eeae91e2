"""What is raised for content that cannot be used."""


class BlobError(ValueError):
    """Content that cannot be used.

    Attributes
    ----------
    field : str
        Which of the given things is at fault, by the name of the argument.
    message : str
        What was expected; row and column count from 1.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(f"{field}: {message}")
