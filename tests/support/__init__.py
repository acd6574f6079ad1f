"""What tests stand on: databases, a browser, a running site, letters, the clock. Fixtures are in tests/conftest.py."""
