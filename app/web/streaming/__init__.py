"""Streaming: answers that are sent while they are made."""
