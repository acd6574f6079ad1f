"""What a process that serves for long does about its memory."""

import gc


def settle() -> None:
    """What is loaded by now stays: the garbage collector passes it over from here on, and forks share it.

    Half a million objects of code and libraries are looked through otherwise whenever a page or an export has made some
    thousands of its own (gc.freeze, for such processes).
    """
    gc.collect()
    gc.freeze()
