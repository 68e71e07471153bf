"""Callbacks: notify the `callback_url` of a job that the job has ended."""
