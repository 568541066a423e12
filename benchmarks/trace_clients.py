"""A program that traces as fast as Weave's client can: prints how many calls it logged once all are sent."""

from __future__ import annotations

import sys

import weave


@weave.op
def below(number: int) -> dict[str, object]:
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    return {"model": "maker/model", "usage": usage, "text": "an answer of some words " * 10, "number": number}


@weave.op
def above(number: int) -> object:
    return below(number)["text"]


def main(project: str, calls: int) -> None:
    weave.init(project)
    for number in range(calls // 2):
        above(number)
    weave.finish()
    print(calls)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
