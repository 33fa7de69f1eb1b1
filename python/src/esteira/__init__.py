"""Esteira: scheduled, monitored machine-learning pipelines from one repository."""

from importlib.metadata import version

__version__ = version("esteira-ml")
