"""A Dask cluster as the place where networks are trained."""

import asyncio
import contextlib
import importlib
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor

__all__ = ["cluster_executor"]


@contextlib.contextmanager
def cluster_executor(
    scheduler: str | None, *, files: Iterable[str | os.PathLike[str]] = (), timeout: float = 5.0
) -> Iterator[Executor | None]:
    """Connect to a Dask scheduler and yield an executor of its workers; what is not done at the end is cancelled.

    `scheduler` is its address, such as `tcp://10.0.0.1:8786`; None yields None: train on this machine. Workers may
    come and go: a run whose worker leaves is trained by another one. They import what is installed where they run, not
    what this process finds on its path: give them the `files` of Python modules that define parts of an experiment,
    and each worker, also one that joins later, gets a copy. The names of the connection are those of `distributed`,
    which comes with `groksharp[dask]`.

    Raises
    ------
    RuntimeError
        Without that package.
    ValueError
        For an address that is none.
    ConnectionError
        If nobody answers there within `timeout` seconds.

    Examples
    --------
    >>> with cluster_executor(None) as executor:
    ...     print(executor)
    None
    >>> with cluster_executor("10.0.0.1"):
    ...     pass
    Traceback (most recent call last):
        ...
    ValueError: scheduler must be an address like tcp://HOST:PORT, got '10.0.0.1'; the scheduler prints its own.
    """
    if scheduler is None:
        yield None
        return
    protocol, _, rest = scheduler.partition("://")
    host, _, port = rest.rpartition(":")
    if protocol not in ("tcp", "tls", "ucx", "ws", "wss") or not host or not port.isdecimal():
        raise ValueError(
            f"scheduler must be an address like tcp://HOST:PORT, got {scheduler!r}; the scheduler prints its own."
        )
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise RuntimeError("A scheduler needs the package distributed; install groksharp[dask].") from None
    # A lost connection is told once, by what could not be done because of it.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    async def knock() -> None:
        (await distributed.comm.connect(scheduler, timeout=timeout)).abort()

    try:
        asyncio.run(asyncio.wait_for(knock(), timeout))  # a Client that got no answer would take longer to give up
        client = distributed.Client(scheduler, timeout=timeout, set_as_default=False)
    # Refused, unknown, silent, or answered by something else, which the protocol's reader meets in its own ways.
    except Exception as reason:
        raise ConnectionError(
            f"No Dask scheduler answers at {scheduler} ({type(reason).__name__}); "
            "start one with `dask scheduler`, and give the address that it prints."
        ) from reason
    with contextlib.closing(client):
        count = len(client.scheduler_info(n_workers=-1)["workers"])
        print(f"{scheduler} has {count or 'no'} workers now; others may join.", file=sys.stderr)
        for file in files:
            client.upload_file(os.fspath(file))
        yield client.get_executor(pure=False)
