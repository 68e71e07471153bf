# LLM Gateway: `docker build -t llm-gateway .` and `docker run -p 8000:8000 -v gateway-data:/data llm-gateway`.
# Read-only but for one volume: add `--read-only`. A user of your own: `--build-arg UID=$(id -u) --build-arg GID=$(id -g)`.
# With traces: `--build-arg EXTRAS=requirements-otel.txt`.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ARG EXTRAS=requirements.txt
COPY requirements.txt requirements-otel.txt constraints.txt ./
RUN python3 -m venv /opt/venv && \
    /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        -r requirements.txt -r "${EXTRAS:-requirements.txt}" -c constraints.txt

FROM python:3.11-slim-bookworm
ARG UID=10001
ARG GID=10001
RUN groupadd --non-unique --gid "${GID}" gateway && \
    useradd --no-log-init --non-unique --uid "${UID}" --gid "${GID}" --home-dir /data --no-create-home gateway && \
    install --directory --owner="${UID}" --group="${GID}" /data
COPY --from=build /opt/venv /opt/venv
COPY document /usr/src/document
COPY services /usr/src/services
COPY app /usr/src/app
RUN /opt/venv/bin/python -m compileall -q /usr/src/app

# /dev/shm is memory, there in every container and writable in a read-only one: heartbeats and counters lie well there.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/usr/src \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    TMPDIR=/dev/shm \
    SERVICES_PATH=/usr/src/services \
    RESULT_DB_PATH=/data/results.sqlite \
    MODEL_CACHE=/data/models
WORKDIR /data
USER ${UID}:${GID}
VOLUME /data
EXPOSE 8000 9108
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=30s --start-period=120s --retries=3 \
    CMD ["python3", "-m", "app", "healthy"]
ENTRYPOINT ["python3", "-m", "app"]
CMD ["serve"]
