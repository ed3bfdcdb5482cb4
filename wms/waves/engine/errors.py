"""The one error of the planning engine."""


class PlanError(ValueError):
    """A wave that cannot be planned as asked.

    `code` is stable and names the cause; `params` holds the data for the message (ids, limits).
    Words for people are not kept here.
    """

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: " + ", ".join(f"{key}={value!r}" for key, value in params.items()))
