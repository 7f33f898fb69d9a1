"""A web server on this machine that can be told to misbehave."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Serves files from memory.

    files, moved : what is at a path, or where that is now
    breaks : bytes that each of the next answers gives before the connection breaks
    ranges, lengths : whether parts of a file are given, and its length is told
    ranges_asked : what each request asked for, empty for all
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.breaks: list[int] = []
        self.ranges = self.lengths = True
        self.ranges_asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.server.ranges_asked.append(asked)
        data = self.server.files.get(self.path)
        if self.path in self.server.moved:
            self._answer(302, {"Location": self.server.moved[self.path]})
        elif data is None:
            self._answer(404, {})
        else:
            self._give(data, asked)

    def _give(self, data: bytes, asked: str) -> None:
        tag = f'"{hashlib.md5(data).hexdigest()}"'
        given = {"ETag": tag}
        start = 0
        if asked and self.server.ranges and self.headers.get("If-Range", tag) == tag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                return self._answer(416, {"Content-Range": f"bytes */{len(data)}"})
            given["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if self.server.lengths:
            given["Content-Length"] = str(len(data) - start)
        stop = start + self.server.breaks.pop(0) if self.server.breaks else len(data)
        return self._answer(206 if start else 200, given, data[start:stop])

    def _answer(self, code: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Silence."""


@contextmanager
def serving() -> Iterator[Server]:
    """A server while the block runs."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
