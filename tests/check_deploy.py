"""Runs Django's deployment checks on the production settings; any warning is an error."""

import os
import subprocess
import sys

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "crowd.settings.production",
    "SECRET_KEY": "".join(chr(33 + 7 * n % 90) for n in range(64)),
    "NETWORK_HASH_KEY": "network-" + "n" * 40,
    "DOCUMENT_HASH_KEY": "document-" + "d" * 40,
    "DATABASE_URL": "postgres://crowd:crowd@127.0.0.1:5432/crowd",
    "REDIS_URL": "redis://127.0.0.1:6380/0",
    "ELASTICSEARCH_URL": "http://127.0.0.1:9200",
    "SITE_URL": "https://crowd.example.org",
    "ALLOWED_HOSTS": "crowd.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "DEFAULT_FROM_EMAIL": "crowd@example.org",
}

if __name__ == "__main__":
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    sys.exit(subprocess.run(command, env=os.environ | ENVIRONMENT, check=False).returncode)
