"""No address of a package registry, no path of somebody's machine in the tree."""

import re

# Written in pieces, so that this file does not accuse itself.
REGISTRIES = (
    r"pypi\." + "org",
    "python" + r"hosted\.",
    r"registry\.npm" + r"js\.",
    r"test\.pypi\.",
    r"conda\.an" + "aconda",
)
CONTENT_HOSTS = ("cdn" + r"\.", r"jsdeli" + "vr", "unp" + "kg", r"fonts\.(?:google|gst" + "atic)", "cdn" + "js")
OPTIONS = ("--(?:extra-)?index" + "-url", "--find" + "-links", "extra-index" + "-url", "PIP_INDEX" + "_URL")
# Folders of this or that machine: for work, of root, of wheels; somebody's home; a temporary file by name.
WHOLE = ("wo" + "rk", "ro" + "ot", "work" + "space", "opt/py" + "pi", "opt/whe" + "els")
BELOW = ("ho" + "me/[a-z]", "Us" + "ers/[A-Za-z]", "t" + "mp/[a-z]")
FORBIDDEN = re.compile(
    rf"https?://[^\s\"')>]*(?:{'|'.join((*REGISTRIES, *CONTENT_HOSTS))})"
    rf"|(?:{'|'.join(OPTIONS)})"
    rf"|(?<![\w.}}*-])/(?:(?:{'|'.join(WHOLE)})(?=[/\s\"'`):]|$)|{'|'.join(BELOW)})"
)


def faults(name: str, text: str) -> list[str]:
    """Every forbidden address or path with its line."""
    return [
        f"{name}:{number}: {match[0]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for match in FORBIDDEN.finditer(line)
    ]
