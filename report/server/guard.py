"""Who may talk to the page: this machine, and of its browsers' pages this one alone."""

from collections.abc import Mapping

__all__ = ["HEADERS", "refusal"]

_NAMES = ("localhost", "127.0.0.1", "[::1]")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Sent with every answer: the page asks nobody but this server, and no other page may frame or read it."""


def refusal(headers: Mapping[str, str]) -> str | None:
    """Why a request is not answered, None if it is.

    A foreign page that has its own name point to this machine still sends that name as the host, and one that posts a
    form here sends its own origin.

    >>> refusal({"Host": "localhost:8517"}), refusal({"Host": "127.0.0.1:80", "Origin": "http://127.0.0.1:80"})
    (None, None)
    >>> refusal({"Host": "grokking.example:8517"})
    'This page is served to this machine only, under the names localhost, 127.0.0.1, [::1].'
    >>> refusal({"Host": "localhost:8517", "Origin": "http://grokking.example"})
    'Only the page itself may send files here.'
    """
    host = headers.get("Host", "")
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name not in _NAMES:
        return f"This page is served to this machine only, under the names {', '.join(_NAMES)}."
    if headers.get("Origin", f"http://{host}") != f"http://{host}":
        return "Only the page itself may send files here."
    return None
