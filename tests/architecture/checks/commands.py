"""The commands of ``danban``: their names are fixed, scripts outside call them."""

from collections.abc import Iterable, Iterator

import click


def names(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command below a group, ``consultation import``."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def options(group: click.Group, command: str) -> set[str]:
    """The options of a command: ``{"--json"}``."""
    found: click.Command = group
    for part in command.split():
        assert isinstance(found, click.Group), command
        found = found.commands[part]
    return {name for parameter in found.params if isinstance(parameter, click.Option) for name in parameter.opts}


def faults(group: click.Group, promised: dict[str, set[str]], not_yet: Iterable[str]) -> list[str]:
    """Promised commands and options that are not there; and those said to come that are there already."""
    there, coming = set(names(group)), set(not_yet)
    found = [f"{name}: missing" for name in promised.keys() - there - coming]
    found += [f"{name}: is there: strike it from the list of those to come" for name in there & coming]
    for name in promised.keys() & there:
        found += [f"{name}: no {option}" for option in promised[name] - options(group, name)]
    return sorted(found)
