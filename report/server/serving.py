"""The server of the page, on the loopback interface and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from report.server.app import create_app

__all__ = ["loopback_server"]


@contextmanager
def loopback_server(port: int) -> Iterator[WSGIServer]:
    """A server that listens on 127.0.0.1; its `server_port` is the one it has.

    Raises
    ------
    ValueError
        For a port that there is not, or that cannot be had.

    Examples
    --------
    >>> with loopback_server(0) as server:
    ...     server.server_address[0], server.server_port > 0
    ('127.0.0.1', True)
    """
    if not 0 <= port < 65536:
        raise ValueError(f"A port must be a number from 0 to 65535, got {port}; 0 is any that is free.")
    try:
        server = make_server("127.0.0.1", port, create_app(), server_class=_Server, handler_class=_Silent)
    except OSError as reason:
        raise ValueError(f"Port {port} cannot be had: {reason.strerror}; --port 0 takes any that is free.") from None
    with server:
        yield server


class _Server(ThreadingMixIn, WSGIServer):
    """A thread a connection: browsers open some ahead and leave them idle."""

    daemon_threads = True


class _Silent(WSGIRequestHandler):
    """Says nothing of requests, and does not wait for ever for one that was begun."""

    timeout = 60  # seconds

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""
