"""The composition of containers, held without a container engine: its shape, and that it says what the Procfile says."""

import re

import jsonschema
import pytest
import yaml
from django.conf import settings

from tests.check_deploy import ENVIRONMENT
from tests.live.processes import procfile

TEXT = (settings.BASE_DIR / "compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
LONG_RUNNING = sorted(set(SERVICES) - {"migrate"})
# A service that ends by itself.
ONCE = "migrate"

# What this file uses of https://github.com/compose-spec/compose-spec, closed: a key that is none of these is a slip.
STRINGS = {"type": "array", "items": {"type": "string"}}
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "image": {"type": "string"},
        "build": {"type": "string"},
        "user": {"type": "string", "pattern": r"^\d+:\d+$"},
        "read_only": {"type": "boolean"},
        "init": {"type": "boolean"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "tmpfs": STRINGS,
        "networks": STRINGS,
        "command": STRINGS,
        "ports": STRINGS,
        "shm_size": {"type": "string"},
        "stop_grace_period": DURATION,
        "logging": {"type": "object", "required": ["driver"]},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "ulimits": {"type": "object", "additionalProperties": {"type": "integer"}},
        "volumes": {
            "type": "array",
            "items": {
                "anyOf": [
                    {"type": "string", "pattern": r"^.+:/[^:]+(:ro)?$"},
                    {"type": "object", "required": ["type", "source", "target"]},
                ]
            },
        },
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {
                    "condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]},
                    "restart": {"type": "boolean"},
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "disable": {"type": "boolean"},
                "test": STRINGS,
                "interval": DURATION,
                "timeout": DURATION,
                "start_period": DURATION,
                "retries": {"type": "integer"},
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "required": ["services"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "networks": {"type": "object"},
        "volumes": {"type": "object"},
    },
    "patternProperties": {"^x-": {}},
    "additionalProperties": False,
}


def variables_of_the_example():
    text = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z_]*)=", text, re.MULTILINE))


def sources(service):
    volumes = SERVICES[service].get("volumes", [])
    return {volume["source"] if isinstance(volume, dict) else volume.split(":")[0] for volume in volumes}


def test_compose_has_its_shape():
    jsonschema.validate(COMPOSE, SCHEMA, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("name", sorted(procfile()))
def test_command_is_the_procfiles(name):
    assert SERVICES[name]["command"] == procfile()[name]


def test_every_process_of_the_product_is_in_both():
    ours = {name for name, service in SERVICES.items() if service["image"].startswith("crowd:")}

    assert ours == set(procfile())


def test_every_demanded_variable_is_in_the_example():
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))

    assert demanded
    assert demanded <= variables_of_the_example()


def test_production_gets_every_variable_that_it_demands():
    demanded = set(ENVIRONMENT) - {"DJANGO_SETTINGS_MODULE"}

    for name in procfile():
        assert demanded <= set(SERVICES[name]["environment"])
        assert SERVICES[name]["environment"]["DJANGO_SETTINGS_MODULE"] == "crowd.settings.production"


def test_dollars_are_meant_for_compose():
    """A `$` that compose should leave alone is written twice."""
    assert re.findall(r"\$(?!\{[A-Z_]+[}:]|\$)", TEXT) == []


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nobody_is_root(name):
    service = SERVICES[name]

    assert service["user"].split(":")[0] != "0"
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_every_lasting_service_has_a_health_check(name):
    check = SERVICES[name]["healthcheck"]

    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_only_the_proxy_is_published():
    published = {name for name, service in SERVICES.items() if "ports" in service}

    assert published == {"proxy"}


def test_data_is_out_of_reach():
    """What holds data is in a network without a way out, and the proxy is not in it."""
    assert COMPOSE["networks"]["back"] == {"internal": True}
    for name in ("db", "redis", "elasticsearch"):
        assert SERVICES[name]["networks"] == ["back"]
    assert SERVICES["proxy"]["networks"] == ["front"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_is_named_exists(name):
    service = SERVICES[name]
    named = {source for source in sources(name) if source.isidentifier()}
    files = {source for source in sources(name) if source.startswith("./")}

    assert set(service.get("depends_on", {})) <= set(SERVICES)
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    assert named <= set(COMPOSE["volumes"])
    assert all((settings.BASE_DIR / file).is_file() for file in files)


def test_whoever_is_waited_for_can_get_there():
    for service in SERVICES.values():
        for awaited, how in service.get("depends_on", {}).items():
            ends = awaited == ONCE
            assert (how["condition"] == "service_completed_successfully") == ends
            assert how["condition"] != "service_healthy" or "test" in SERVICES[awaited]["healthcheck"]


def test_private_files_do_not_reach_the_proxy():
    assert "private" in sources("http")
    assert "private" not in sources("proxy")
