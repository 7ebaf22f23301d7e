# The image of the service, the watcher and MLflow: `docker compose build`, or `docker build .`
#
# The base is pinned by its tag. To pin its bytes as well, look the digest up and pass it:
#
#     docker buildx imagetools inspect docker.io/library/python:3.13-slim-trixie
#     docker build --build-arg PYTHON=docker.io/library/python:3.13-slim-trixie@sha256:... .
ARG PYTHON=docker.io/library/python:3.13-slim-trixie

FROM ${PYTHON} AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# Every package is a wheel with the hash of the lock: nothing is compiled, nothing unpinned comes in.
COPY requirements-runtime.lock ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-compile --require-hashes --only-binary :all: \
        --requirement requirements-runtime.lock \
    && /opt/venv/bin/python -m pip uninstall --yes pip

COPY pyproject.toml ./
COPY conf ./conf
COPY src ./src
# Bytecode is made now, for the file system will be read-only; without times in it, it is the same in
# every build. Templates of projects are no Python before they are filled in.
RUN /opt/venv/bin/python -m compileall -q -j 0 -x /templates/ \
        --invalidation-mode unchecked-hash /opt/venv/lib src

FROM ${PYTHON} AS runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="network-security" \
      org.opencontainers.image.description="From raw security logs to explained, calibrated alerts." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

# What is written goes to /data, a volume; what is temporary to /tmp, in memory. The user owns
# nothing else, and has no home and no shell.
RUN groupadd --gid 10001 app \
    && useradd --no-log-init --uid 10001 --gid app --home-dir /nonexistent --shell /usr/sbin/nologin app \
    && install --directory --owner=app --group=app --mode=0700 /data
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    TMPDIR=/tmp \
    DO_NOT_TRACK=true \
    KEDRO_LOGGING_CONFIG=/app/conf/production/logging.yml \
    NETWORK_SECURITY_PROJECT=/app \
    NETWORK_SECURITY_STORAGE=/data \
    NETWORK_SECURITY_HOST=0.0.0.0
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Requests and batches under way are finished; both commands end within 20 seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "network_security.probe", "http://127.0.0.1:8000/health/live"]
ENTRYPOINT ["kedro"]
CMD ["serve", "--env=production"]
