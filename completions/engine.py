"""The life of a completion: admit, stream, settle.

    async with open_completion(caller, request) as completion:
        await completion.connect()
        async for event in completion:
            ...
    receipt = await completion.receipt()

Leaving the block settles, exactly once and whatever happened: the books' thread gets it from a call that cannot be
cancelled. Cancelling the task inside the block is how a completion is stopped.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from accounts.caller import Caller
from billing import checkpoints, writer
from billing.models import Reservation
from common.chat import ChatRequest
from common.errors import LineupError, UpstreamUnavailable
from completions import admission, outcome, traces
from completions.connecting import Exchange, connect
from completions.errors import ProviderFailed
from completions.events import Event
from completions.meter import Meter
from completions.receipt import Receipt
from completions.routes import Route, route
from completions.stream import Response
from completions.traces import Trace
from completions.transcript import Transcript
from inference_catalog.connections import Connection

#: A provider that generates so many times what it may, and some more, would never stop, and fill our memory; one that
#: reports as much has miscounted, and would empty an account with one number.
EXCESS, SLACK = 4, 1_000

_closing: set[asyncio.Task[None]] = set()


def open_completion(caller: Caller, request: ChatRequest, trace: Trace | None = None) -> Completion:
    """Entering it admits the request. Raises the LineupError of a refusal, with nothing reserved."""
    return Completion(caller, request, trace)


class Completion:
    reservation: Reservation
    meter: Meter

    def __init__(self, caller: Caller, request: ChatRequest, trace: Trace | None = None) -> None:
        self.caller = caller
        self.request = request
        self.trace = trace
        #: Of a completion that is traced.
        self.transcript = Transcript() if trace else None
        self.started = time.monotonic()
        #: HTTP's, once the door has begun to answer with it.
        self.status: int | None = None
        #: What ended it, if something went wrong.
        self.error: LineupError | None = None
        self._exchange: Exchange | None = None
        self._settled: Future[Any] | None = None
        self._receipt: Receipt | None = None

    async def __aenter__(self) -> Self:
        self._route: Route = await route(self.request.model, self.caller.team_id)
        self.reservation, likely = await admission.admit(self.caller, self.request, self._route)
        self.id = self.reservation.id
        self._too_much = EXCESS * self.request.choices * self.reservation.output_limit + SLACK
        most_prompt = EXCESS * max(self.reservation.prompt_estimate, self._route.context) + SLACK
        self.meter = Meter(likely, most_prompt=most_prompt, most_completion=self._too_much)
        checkpoints.watch(self.id, self.meter)
        return self

    async def connect(self) -> None:
        """Asks one provider after the other until one begins to answer. Raises UpstreamRefused, UpstreamUnavailable."""
        try:
            self._exchange = await connect(self.request, self._route, self.reservation, self.meter)
        except LineupError as error:
            self.error = error
            raise

    @property
    def connection(self) -> Connection:
        """Who answers; before `connect`, who is asked first."""
        return self._exchange.response.connection if self._exchange else self._route.connections[0]

    @property
    def sent(self) -> dict[str, Any] | None:
        """The exact request, headers masked; None before `connect`."""
        return self._exchange.sent() if self._exchange else None

    async def __aiter__(self) -> AsyncIterator[Event]:
        async for batch in self.batches():
            for event in batch:
                yield event

    async def batches(self) -> AsyncIterator[list[Event]]:
        """Events as they came together in one read: who only passes them on, passes them on together."""
        response = self._response
        with self._faults():
            async for batch in response.batches():
                sound, error = self._observe(batch)
                if sound:
                    if self.transcript is not None:
                        self.transcript.add(sound)
                    yield sound
                if error is not None:
                    raise response.reported(error)
                is_too_much = self.meter.delivered > self._too_much
                if is_too_much and not self.meter.is_finished:
                    raise response.failed("did not stop at the limit it was given")
                if is_too_much or self.meter.is_done:
                    return
            if not self.meter.is_finished:
                raise response.failed("broke off")

    def _observe(self, batch: list[Event]) -> tuple[list[Event], dict[str, Any] | None]:
        """Those before an error, and the error."""
        meter, now = self.meter, time.monotonic()
        for at, event in enumerate(batch):
            if event.mould is not None:
                meter.add(event.size, now)
            elif event.data is None:
                meter.is_done = meter.is_done or event.is_done
            elif event.data.get("error"):
                return batch[:at], event.data
            else:
                meter.observe(event.data, now)
        return batch, None

    async def read(self) -> tuple[bytes, dict[str, Any]]:
        """The answer to a request that is not streamed: the bytes as they came, and what they say."""
        with self._faults():
            raw, answer = await self._response.whole()
        self.meter.observe_whole(answer)
        if self.transcript is not None:
            self.transcript.set_whole(len(raw), answer)
        return raw, answer

    def cost(self) -> int:
        """Pico-USD of what the meter has counted so far."""
        return outcome.cost(self)

    @property
    def _response(self) -> Response:
        if self._exchange is None:
            raise RuntimeError("connect() comes first")
        return self._exchange.response

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """What a provider does wrong, in the words of our errors."""
        try:
            yield
        except ProviderFailed as failed:
            self.error = UpstreamUnavailable(failed.reason)
            raise self.error from failed

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is awaited before the settlement is in the books' queue, so no cancellation can come between."""
        checkpoints.forget(self.id)
        if isinstance(error, LineupError):
            error.request_id = str(self.id)
        settlement = outcome.settlement(self, error)
        self._receipt = outcome.receipt(self, settlement)
        self._settled = writer.submit(settlement)
        outcome.report_speed(self)
        if self.trace is not None:
            traces.hand_over(self, self.trace, settlement, self._receipt)
        if self._exchange is not None:
            self._let_go(self._exchange.response)

    def _let_go(self, response: Response) -> None:
        if response.is_over or not self.meter.is_done:
            response.close()
            return
        task = asyncio.create_task(response.close_after_the_end())
        _closing.add(task)
        task.add_done_callback(_closing.discard)

    async def receipt(self) -> Receipt:
        """When the books have it."""
        if self._settled is None or self._receipt is None:
            raise RuntimeError("leave the block first")
        await asyncio.shield(asyncio.wrap_future(self._settled))
        return self._receipt
