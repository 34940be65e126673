"""The public API on the demonstration's database, and cases that are worked on through it alone."""

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import Session
from app.factory import build, init_permissions
from app.flow.deliver_message import deliver_message
from app.messages import simulator
from app.messages.models import Message
from app.people import permissions
from tests.fixtures_demo import DemoWorld
from tests.machine import Machine, MachineDesk

MONDAY = "2026-11-23 08:00"


@pytest.fixture(scope="session")
def demo_flask(demo_world: DemoWorld) -> Flask:
    """The application, made once for each test process."""
    app = build(demo_world.config)
    app.testing = True
    return app


@pytest.fixture
def api(demo_flask: Flask, demo_office: DemoWorld) -> Machine:
    """A machine outside; the simulator of OSS answers at once."""
    with demo_flask.app_context():
        init_permissions(demo_flask)
        Session.commit()
    permissions.forget()
    simulator.tell("oss", [])
    return Machine(demo_flask)


@pytest.fixture
def desk(api: Machine) -> MachineDesk:
    """A case to come; most begin on this Monday."""
    return MachineDesk(api, MONDAY)


def send_all() -> list[str]:
    """Let the job worker do its round."""
    waiting = select(Message.id).where(Message.state.in_(("queued", "unknown")))
    ids = Session.scalars(waiting.order_by(Message.id)).all()
    return [deliver_message(message_id, clock.now()) for message_id in ids]
