"""How does the stack tell a person what is wrong?"""


class StackError(Exception):
    """The stack cannot be set up or started: what happened, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n  What to do: {remedy}")
        self.what = what
        self.remedy = remedy
