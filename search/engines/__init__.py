"""Search engines: one protocol (`base`), one contract test suite, one file each."""
