"""The demo territory: a fictional economy on the real communes and activities of 77 and 91."""

from pipelines.demo.files import DemoFiles, generate
from pipelines.demo.loading import import_demo

__all__ = ["DemoFiles", "generate", "import_demo"]
