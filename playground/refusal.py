"""Why something is not done, as a sentence for the person who asked."""


class Refusal(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


def busy(letters: list[str]) -> Refusal:
    lanes = f"Lane {letters[0]} is" if len(letters) == 1 else f"Lanes {', '.join(letters)} are"
    return Refusal("lane_running", f"{lanes} still answering. Stop the answer, or wait until it is finished.")
