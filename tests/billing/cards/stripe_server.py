"""A server on this machine that answers as Stripe's API does about Checkout sessions, and signs what it tells."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

SECRET = "whsec_for_tests"


class StripeServer:
    def __init__(self) -> None:
        #: What was asked, each with its idempotency key and key of the account.
        self.asked: list[dict[str, str]] = []
        self.sessions: dict[str, dict[str, Any]] = {}
        self.fails_with: int | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                told = {
                    "idempotency_key": self.headers["Idempotency-Key"],
                    "authorization": self.headers["Authorization"],
                }
                server.asked.append(form | told | {"path": self.path})
                answer, status = server.answer(form, told["idempotency_key"])
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, form: dict[str, str], key: str) -> tuple[dict[str, Any], int]:
        if self.fails_with:
            return {"error": {"message": "no", "type": "invalid_request_error"}}, self.fails_with
        session = self.sessions.setdefault(key, self._session(form))
        return session, 200

    def _session(self, form: dict[str, str]) -> dict[str, Any]:
        name = f"cs_test_{len(self.sessions)}"
        return {
            "id": name,
            "object": "checkout.session",
            "url": f"{self.url}/pay/{name}",
            "client_reference_id": form["client_reference_id"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "currency": form["line_items[0][price_data][currency]"],
            "mode": form["mode"],
            "payment_status": "unpaid",
            "payment_intent": None,
        }


def paid(
    session: dict[str, Any], *, event: str = "evt_1", kind: str = "checkout.session.completed", **changes: Any
) -> bytes:
    told = session | {"payment_status": "paid", "payment_intent": "pi_1"} | changes
    return json.dumps({"id": event, "object": "event", "type": kind, "data": {"object": told}}).encode()


def reversed_(kind: str, *, event: str = "evt_2", payment: str = "pi_1") -> bytes:
    told = {"object": "charge", "payment_intent": payment, "amount_refunded": 100, "amount": 100}
    return json.dumps({"id": event, "object": "event", "type": kind, "data": {"object": told}}).encode()


def signature(body: bytes, *, secret: str = SECRET, age: int = 0) -> str:
    at = int(time.time()) - age
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
