"""The home that the browser looks at is the one of the integration tests."""

from integration.conftest import demo_home

__all__ = ["demo_home"]
