"""What a browser is told to keep from doing with our answers. Pages have a policy of their own besides (`docs.POLICY`)."""

from __future__ import annotations

from flask import Flask, Response

HEADERS = {
    "X-Content-Type-Options": "nosniff",  # a transcript is never taken for a page
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # ids of jobs are in addresses
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(app: Flask) -> None:
    """Adds the headers to every answer. None lets another origin in: there is no CORS."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
