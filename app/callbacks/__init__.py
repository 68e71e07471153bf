"""Callbacks: whoever gave a `callback_url` is told that the job has ended."""
