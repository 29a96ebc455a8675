# One image for every process: deploy/Procfile says which there are.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONUNBUFFERED=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# Before the code, so that a change of code does not install everything anew.
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY . .
RUN DJANGO_SETTINGS_MODULE=crowd.settings.dev VAR_DIR=/tmp/build python manage.py compilemessages
# With the settings of production, because only they hash, compress and list the files in the manifest that production then
# demands. What they ask for besides exists for this one command: it connects to nothing and stays in no layer.
RUN placeholder=built-without-secrets-0123456789-0123456789 \
    && DJANGO_SETTINGS_MODULE=crowd.settings.production \
       SECRET_KEY=$placeholder NETWORK_HASH_KEY=$placeholder DOCUMENT_HASH_KEY=$placeholder \
       DATABASE_URL=postgres://build@build/build REDIS_URL=redis://build ELASTICSEARCH_URL=http://build \
       SITE_URL=https://build ALLOWED_HOSTS=build EMAIL_URL=dummymail:// DEFAULT_FROM_EMAIL=build@example.org \
       python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app

FROM python:3.11-slim
LABEL org.opencontainers.image.title="crowd"
# A fixed number, so that the owner of the volumes is the same in every build.
RUN groupadd --system --gid 10001 crowd \
    && useradd --system --uid 10001 --gid crowd --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin crowd \
    # A new volume takes its owner from the directory it is laid over.
    && install -d -o crowd -g crowd /data/media /data/private
COPY --from=build /opt/venv /opt/venv
# Root's: the process may read its own code, not change it.
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=crowd.settings.production \
    MEDIA_ROOT=/data/media \
    PRIVATE_MEDIA_ROOT=/data/private
USER 10001:10001
EXPOSE 8000 8001
# No CMD: which process this is, compose.yaml says, in the words of deploy/Procfile.
