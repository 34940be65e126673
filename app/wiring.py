"""Sets up what every process needs: database, clock, files, keys, renderer, ways out of the house."""

from urllib.parse import urlsplit

from sqlalchemy import Engine

from app import clock, db, settings, storage
from app.letters import press
from app.letters.render import Renderer
from app.messages import connections, gateway, gateway_simulator, mail, transport
from app.messages.channels import PHONE_CHANNELS
from app.messages.transport import Carrier
from config import Config


def wire(config: Config, connections: int) -> Engine:
    """Connect to the database, which must be up to date, and set up everything that verbs rely on."""
    engine = db.connect(config.database_url, pool_size=connections, max_overflow=connections + 2)
    clock.follow(config.clock_file)
    equip(config)
    return engine


def equip(config: Config, renderer: Renderer | None = None) -> None:
    """Set up everything but the database; a renderer that is warm already is taken along."""
    settings.configure(config.public_url, config.secret_key)
    storage.configure(config.files_dir)
    renderer = renderer or Renderer(workers=config.renderers)
    press.configure(renderer, config.keys_dir, config.definitions_dir / "pdf_templates")
    host = urlsplit(config.public_url).hostname or "localhost"
    connections.configure(config.simulators)
    transport.use("email", mail.carrier(config.smtp_url, config.mailbox_dir, f"Alur Izin <no-reply@{host}>"))
    reach_telephones(config)


def reach_telephones(config: Config) -> None:
    """Texts go through the gateway that is set, else through the simulated one, else nowhere."""
    way = _way_to_telephones(config)
    for channel in PHONE_CHANNELS:
        if way:
            transport.use(channel, way)
        else:
            transport.leave(channel)


def _way_to_telephones(config: Config) -> Carrier | None:
    if config.gateway_url:
        return gateway.carrier(gateway.Gateway(config.gateway_url, config.gateway_key))
    return gateway_simulator.carry if config.simulators else None
