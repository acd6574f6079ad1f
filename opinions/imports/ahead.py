"""Reading ahead: a file is read and understood in a process of its own while the chunk before it is written.

Understanding a row costs about what writing it does; on two cores an import so takes the time of one. The process is
forked: it needs what the reader knows (the draft's provisions, the country's places), and touches neither the database
nor the network. It waits while nothing is asked of it, so that memory stays flat, and ends with whoever asks.
"""

import contextlib
import multiprocessing
from collections.abc import Generator, Iterable
from multiprocessing.connection import Connection
from typing import Any

from consultations.services.batches import Chunk
from core import memory
from core.errors import RuleBroken

WORTH_IT = 20_000
"""Rows from which a process of its own pays."""


def read_ahead(chunks: Iterable[Chunk]) -> Generator[Chunk, None, None]:
    """The same chunks, made in another process. A refusal in there is raised here."""
    memory.settle()  # neither process looks again and again through what the two share
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(chunks, receiving, sending), daemon=True)
    process.start()
    sending.close()
    try:
        while (found := _receive(receiving)) is not None:
            yield found
    finally:
        receiving.close()
        process.terminate()
        process.join()


def _receive(receiving: Connection) -> Chunk | None:
    """The next chunk; None at the end. Raises what was raised there, EOFError if the process was killed."""
    found: Any = receiving.recv()
    if isinstance(found, Exception):
        raise found
    return Chunk(*found) if found is not None else None


def _send(chunks: Iterable[Chunk], receiving: Connection, sending: Connection) -> None:
    receiving.close()  # so that sending fails once nobody is there to receive
    with contextlib.suppress(BrokenPipeError):
        try:
            for chunk in chunks:
                sending.send((chunk.after, chunk.upto, chunk.opinions, chunk.notes))
            sending.send(None)
        except RuleBroken as refusal:
            sending.send(refusal)
