"""The least that a proxy of Flask and urllib3 can be, for `bench.overhead` to compare with. `BACKEND` names its server."""

from __future__ import annotations

import os

import urllib3
from flask import Flask, Response, request

BACKEND = os.environ["BACKEND"]
CONNECTIONS = 64

app = Flask(__name__)
pool = urllib3.PoolManager(maxsize=CONNECTIONS)


@app.post("/v1/chat/completions")
def complete() -> Response:
    answer = pool.request(
        "POST", f"{BACKEND}/chat/completions", body=request.get_data(), headers={"Content-Type": "application/json"}
    )
    return Response(answer.data, answer.status, content_type=answer.headers["Content-Type"])
