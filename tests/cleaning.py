"""Puts a test database back to what it was, in a few milliseconds: when the tests began, or after a road."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

# Rows that a fresh installation has (roles, permissions, calendar) are kept in a schema of their own and put
# back where a test changed them; every other table that has rows is emptied. Without foreign keys and
# triggers, since append-only tables are to be emptied, too. Of other states those tables are kept that differ
# from the first, as text and under a name.
_PREPARE = """
DROP SCHEMA IF EXISTS first_rows CASCADE;
CREATE SCHEMA first_rows;

CREATE FUNCTION first_rows.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; filled boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%1$I)', name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE first_rows.%1$I AS TABLE public.%1$I', name);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION first_rows.differs(name text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE answer boolean;
BEGIN
    IF to_regclass(format('first_rows.%I', name)) IS NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%1$I)', name) INTO answer;
    ELSE
        EXECUTE format(
            'WITH now AS (SELECT t::text FROM public.%1$I t),
             old AS (SELECT t::text FROM first_rows.%1$I t)
             SELECT EXISTS ((TABLE now EXCEPT ALL TABLE old) UNION ALL (TABLE old EXCEPT ALL TABLE now))',
            name) INTO answer;
    END IF;
    RETURN answer;
END $$;

CREATE FUNCTION first_rows.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        CONTINUE WHEN NOT first_rows.differs(name);
        EXECUTE format('DELETE FROM public.%1$I', name);
        CONTINUE WHEN to_regclass(format('first_rows.%I', name)) IS NULL;
        EXECUTE format(
            'INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM first_rows.%1$I', name);
    END LOOP;
END $$;

CREATE FUNCTION first_rows.mark() RETURNS text LANGUAGE plpgsql AS $$
DECLARE name text; part text; whole text := '';
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1 LOOP
        EXECUTE format('SELECT sum(hashtextextended(t::text, 0)::numeric)::text FROM public.%I t', name)
            INTO part;
        whole := whole || coalesce(part, '') || ';';
    END LOOP;
    RETURN md5(whole);
END $$;

CREATE TABLE first_rows.kept (state text, relation text, content text[], PRIMARY KEY (state, relation));

CREATE FUNCTION first_rows.keep_as(given text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        CONTINUE WHEN NOT first_rows.differs(name);
        EXECUTE format(
            'INSERT INTO first_rows.kept
             SELECT $1, $2, coalesce(array_agg(t::text), ARRAY[]::text[]) FROM public.%1$I t
             ON CONFLICT DO NOTHING', name)
            USING given, name;
    END LOOP;
END $$;

CREATE FUNCTION first_rows.go_to(given text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    PERFORM first_rows.restore();
    FOR name IN SELECT relation FROM first_rows.kept WHERE state = given LOOP
        EXECUTE format('DELETE FROM public.%1$I', name);
        EXECUTE format(
            'INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE
             SELECT (q.line).* FROM (
                 SELECT r::public.%1$I AS line FROM first_rows.kept, unnest(content) AS r
                 WHERE state = $1 AND relation = $2 OFFSET 0) AS q', name)
            USING given, name;
    END LOOP;
END $$;

SELECT first_rows.keep();
"""


def prepare(engine: Engine) -> None:
    """Remember the rows that the database has now."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_PREPARE.replace("%", "%%"))


def clean(engine: Engine) -> None:
    """Go back to the rows that were remembered."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("SELECT first_rows.restore()"))


def mark(connection: Connection) -> str:
    """What tells this state of the database from every other."""
    return str(connection.scalar(text("SELECT first_rows.mark()")))


def keep(connection: Connection, state: str) -> None:
    """Remember the rows that the database has now, under a name."""
    connection.execute(text("SELECT first_rows.keep_as(:state)"), {"state": state})


def kept(connection: Connection, states: Sequence[str]) -> set[str]:
    """Those of the states that were kept."""
    query = text("SELECT DISTINCT state FROM first_rows.kept WHERE state = ANY(:states)")
    return set(connection.scalars(query, {"states": list(states)}))


def go_to(connection: Connection, state: str) -> None:
    """Put the rows there that were kept under a name."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SELECT first_rows.go_to(:state)"), {"state": state})


def is_ready(url: str) -> bool:
    """Tell whether `prepare` was done."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 'first_rows.restore'::regproc"))
    except ProgrammingError:
        return False
    finally:
        engine.dispose()
    return True
