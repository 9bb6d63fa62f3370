"""Folders of companies, relations and held-out pairs, by which a model is measured."""

from pipelines.datasets.folder import Dataset, read_dataset, write_dataset
from pipelines.datasets.pairs import Labels

__all__ = ["Dataset", "Labels", "read_dataset", "write_dataset"]
