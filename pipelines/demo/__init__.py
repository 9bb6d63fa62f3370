"""The demo territory: a fictional economy on the real communes and activities of 77 and 91."""

from pipelines.demo.files import DemoFiles, generate

__all__ = ["DemoFiles", "generate"]
