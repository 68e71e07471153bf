"""LLM Gateway: a folder of manifests and prompt templates becomes a set of HTTP services."""

__version__ = "0.1.0"
