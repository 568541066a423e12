"""IDs of calls in addresses: whatever a client made them, slashes included."""


class CallId:
    regex = r"[^\0]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
