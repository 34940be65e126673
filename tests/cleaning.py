"""Puts a test database back to what it was when the tests began, in a few milliseconds."""

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

# Rows that a fresh installation has (roles, permissions, calendar) are kept in a schema of their own and put
# back where a test changed them; every other table that has rows is emptied. Without foreign keys and
# triggers, since append-only tables are to be emptied, too.
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

CREATE FUNCTION first_rows.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; kept boolean; changed boolean;
BEGIN
    FOR name, kept IN
        SELECT tablename, to_regclass(format('first_rows.%I', tablename)) IS NOT NULL
        FROM pg_tables WHERE schemaname = 'public'
    LOOP
        IF kept THEN
            EXECUTE format(
                'WITH now AS (SELECT t::text FROM public.%1$I t),
                 old AS (SELECT t::text FROM first_rows.%1$I t)
                 SELECT EXISTS ((TABLE now EXCEPT ALL TABLE old) UNION ALL (TABLE old EXCEPT ALL TABLE now))',
                name) INTO changed;
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%1$I)', name) INTO changed;
        END IF;
        IF changed THEN
            EXECUTE format('DELETE FROM public.%1$I', name);
            IF kept THEN
                EXECUTE format(
                    'INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE SELECT * FROM first_rows.%1$I', name);
            END IF;
        END IF;
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
