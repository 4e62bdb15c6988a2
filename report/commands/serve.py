"""`groksharp serve`: a page on this machine that measures a log which is dropped on it."""

import contextlib

from report.annotations import Options, Parser
from report.commands.options import add_load, load_extensions
from report.commands.output import DONE

__all__ = ["EXAMPLES", "SUMMARY", "add_arguments", "run"]

SUMMARY = "serve a page on this machine on which logs are dropped and measured"
EXAMPLES = ("", "--port 0")

_PORT = 8517


def add_arguments(command: Parser) -> None:
    """The options of the command."""
    command.add_argument("--port", type=int, default=_PORT, help=f"port (default {_PORT}; 0 for any that is free)")
    add_load(command)


def run(options: Options) -> int:
    """Serve until it is interrupted."""
    load_extensions(options)

    from numerics.interruption import unfinished
    from report.server.serving import loopback_server

    with loopback_server(options.port) as server:
        print(f"Serving on http://127.0.0.1:{server.server_port}, to this machine only; Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt), unfinished():
            server.serve_forever()
    return DONE
