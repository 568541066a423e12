"""What tokens cost at one moment: the three prices a request is charged at, and its worst case."""

from __future__ import annotations

from dataclasses import dataclass

from common import money

#: A request that names no limit holds at most this part of what is left, so that its siblings find room too …
SHARE = 8
#: … but always this many tokens, if they can be paid at all.
LEAST_OUTPUT = 4096


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """Micro-USD per 1M tokens."""

    input: int
    cached_input: int
    output: int

    def cost(self, *, prompt: int, cached: int, completion: int) -> int:
        """Pico-USD. `cached` tokens are part of `prompt`."""
        return (
            money.cost(tokens=prompt - cached, price=self.input)
            + money.cost(tokens=cached, price=self.cached_input)
            + money.cost(tokens=completion, price=self.output)
        )

    def worst(self, *, prompt: int, output: int) -> int:
        return (
            self.cost(prompt=prompt, cached=0, completion=output)
            if self.cached_input <= self.input
            else (self.cost(prompt=prompt, cached=prompt, completion=output))
        )

    def affordable_output(self, *, prompt: int, choices: int, most: int, left: int) -> int:
        """Tokens for each choice of a request that names no limit; 0 when `left` pays for none."""
        spare = left - self.worst(prompt=prompt, output=0)
        if spare < 0:
            return 0
        price = choices * self.output
        if price == 0:
            return most
        return min(most, max(spare // SHARE // price, min(LEAST_OUTPUT, spare // price)))
