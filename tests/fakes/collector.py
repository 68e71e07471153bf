"""A collector of traces on loopback: takes OTLP over HTTP, as OpenTelemetry's own does, and shows what it was told."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse


@dataclass(frozen=True)
class Seen:
    """One span. Ids are in hexadecimal digits, *parent* is empty for the first of a trace, *kind* as OTLP numbers it."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    failed: bool
    attributes: dict[str, Any]
    resource: dict[str, Any]
    begin: int
    end: int


class Collector:
    """`with Collector() as collector:`; *endpoint* is for OTEL_EXPORTER_OTLP_ENDPOINT."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Seen] = []
        self.bodies: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                assert self.path == "/v1/traces", self.path
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.take(body)
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Collector:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, body: bytes) -> None:
        told = ExportTraceServiceRequest()
        told.ParseFromString(body)
        seen = [
            Seen(
                name=span.name,
                trace=span.trace_id.hex(),
                id=span.span_id.hex(),
                parent=span.parent_span_id.hex(),
                kind=span.kind,
                failed=span.status.code == span.status.STATUS_CODE_ERROR,
                attributes=_plain(span.attributes),
                resource=_plain(group.resource.attributes),
                begin=span.start_time_unix_nano,
                end=span.end_time_unix_nano,
            )
            for group in told.resource_spans
            for scope in group.scope_spans
            for span in scope.spans
        ]
        with self._lock:
            self.bodies.append(body)
            self._seen += seen

    def spans(self) -> tuple[Seen, ...]:
        """What has come so far, in the order in which it began."""
        with self._lock:
            return tuple(sorted(self._seen, key=lambda each: each.begin))

    def named(self, name: str) -> Seen:
        """The one span of that name."""
        (found,) = [each for each in self.spans() if each.name == name]
        return found


def _plain(attributes: Sequence[Any]) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
