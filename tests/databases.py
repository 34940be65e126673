"""The databases of a test run on the one server that its processes share, and the folder they share."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

TEMPLATE = "template_tests"


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that is the same for all processes of a test run."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def create(server: Engine, name: str, template: str = TEMPLATE) -> None:
    """Make a database as a copy of another, which must have no visitors; one that was left half done goes."""
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
