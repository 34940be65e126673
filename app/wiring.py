"""Sets up what every process needs: database, clock, files, keys, renderer, ways out of the house."""

from urllib.parse import urlsplit

from sqlalchemy import Engine

from app import clock, db, settings, storage
from app.letters import press
from app.letters.render import Renderer
from app.messages import connections, mail, transport
from config import Config


def wire(config: Config, connections: int) -> Engine:
    """Connect to the database, which must be up to date, and set up everything that verbs rely on."""
    engine = db.connect(config.database_url, pool_size=connections, max_overflow=connections + 2)
    clock.follow(config.clock_file)
    equip(config)
    return engine


def equip(config: Config) -> None:
    """Set up everything but the database."""
    settings.configure(config.public_url, config.secret_key)
    storage.configure(config.files_dir)
    press.configure(
        Renderer(workers=config.renderers), config.keys_dir, config.definitions_dir / "pdf_templates"
    )
    host = urlsplit(config.public_url).hostname or "localhost"
    connections.configure(config.simulators)
    transport.use("email", mail.carrier(config.smtp_url, config.mailbox_dir, f"Alur Izin <no-reply@{host}>"))
