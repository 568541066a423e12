"""Which prompt prefixes a model has read before: what providers sell as cached input."""

from __future__ import annotations

from collections import OrderedDict

BLOCK = 16
MOST_BLOCKS = 100_000


class Prefixes:
    def __init__(self) -> None:
        self.seen: OrderedDict[int, None] = OrderedDict()

    def read(self, model: str, tokens: list[str]) -> int:
        """How many leading tokens were seen before, in whole blocks; from now on all of these are."""
        cached, known, chain = 0, True, hash(model)
        for at in range(0, len(tokens) - BLOCK + 1, BLOCK):
            chain = hash((chain, *tokens[at : at + BLOCK]))
            known = known and chain in self.seen
            cached += BLOCK if known else 0
            self.seen[chain] = None
            self.seen.move_to_end(chain)
        while len(self.seen) > MOST_BLOCKS:
            self.seen.popitem(last=False)
        return cached
