"""Between the client and the server, as its HTTP proxy: loses answers, and answers itself that the server is busy."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# Hop by hop: the relay's own connections have their own.
_OWN = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length"}


class Relay:
    """Passes requests on, but for the next ones, of which `plan` says what happens to them: `busy` (503, not passed on),
    `late` (passed on, answered 504) or `lost` (passed on, the connection breaks before the answer)."""

    def __init__(self):
        self.plan: list[str] = []
        # Method, path and header fields of each request, as it came.
        self.seen: list[tuple[str, str, dict]] = []
        # The status of each answer of the server, also of those that the client never saw.
        self.answered: list[int] = []
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                relay.seen.append((self.command, urlsplit(self.path).path, dict(self.headers)))
                what = relay.plan.pop(0) if relay.plan else "pass"
                if what == "busy":
                    self.answer(503, [], b"{}")
                    return
                status, headers, content = self.ask(body)
                relay.answered.append(status)
                if what == "lost":
                    self.close_connection = True
                elif what == "late":
                    self.answer(504, [], b"{}")
                else:
                    self.answer(status, headers, content)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def ask(self, body):
                url = urlsplit(self.path)
                connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
                path = url.path + (f"?{url.query}" if url.query else "")
                try:
                    connection.request(self.command, path, body or None, headers)
                    answer = connection.getresponse()
                    return answer.status, answer.getheaders(), answer.read()
                finally:
                    connection.close()

            def answer(self, status, headers, content):
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in _OWN:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def proxies(self) -> dict:
        """What the client's session takes."""
        return {"http": f"http://127.0.0.1:{self._server.server_port}"}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()
