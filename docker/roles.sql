-- Roles with no more rights than their work needs. Run it as a superuser, or as the database's owner
-- with the right to make roles, in the database of Plenary:
--
--   psql --set ON_ERROR_STOP=1 --single-transaction --dbname plenary --file docker/roles.sql
--
-- Once before the first `plenary migrate`, and again after each one that brought new tables: nothing is
-- granted on a table that does not exist yet. It can be repeated at any time and takes back what it
-- does not grant.
--
--   plenary_migrate    owns the tables: `plenary migrate`, `plenary keys`
--   plenary_service    reads and writes records: `plenary serve`, `plenary ingest`; changes no table,
--                      makes no key, and cannot touch the history
--   plenary_dashboard  reads records, e.g. from a business-intelligence tool; sees no keys
--
-- They cannot log in before each has a password: \password plenary_migrate and so on. Every right stands
-- here once; `plenary check` tells what is missing.

do $$
declare
    name text;
begin
    foreach name in array array['plenary_migrate', 'plenary_service', 'plenary_dashboard'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I login', name);
        end if;
        execute format('grant connect on database %I to %I', current_database(), name);
    end loop;
    -- Nobody else comes in, and nobody fills the disk with temporary tables.
    execute format('revoke all on database %I from public', current_database());
end
$$;

alter role plenary_dashboard set default_transaction_read_only = on;
alter role plenary_dashboard set statement_timeout = '60s';

revoke all on schema public from public;
grant usage, create on schema public to plenary_migrate;
grant usage on schema public to plenary_service, plenary_dashboard;

-- What another role made before, e.g. the first `plenary serve`, goes to the one that migrates.
do $$
declare
    thing record;
begin
    for thing in
        select format('table %I.%I', n.nspname, c.relname) as named
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p')
        and pg_get_userbyid(c.relowner) <> 'plenary_migrate'
        union all
        select 'function ' || p.oid::regprocedure
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'public' and pg_get_userbyid(p.proowner) <> 'plenary_migrate'
        -- Those of an extension stay its own.
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select format('domain %I.%I', n.nspname, t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where n.nspname = 'public' and t.typtype = 'd' and pg_get_userbyid(t.typowner) <> 'plenary_migrate'
    loop
        execute format('alter %s owner to plenary_migrate', thing.named);
    end loop;
end
$$;

-- Everything below is about tables, of which a new database has none yet.
do $$
declare
    name text;
    rights text;
begin
    for name in select tablename from pg_tables where schemaname = 'public' loop
        execute format('revoke all on public.%I from public, plenary_service, plenary_dashboard', name);
        -- Hashes of keys are for the server alone, the migrator's own table for whoever migrates.
        if name not in ('api_key', '_sqlx_migrations') then
            execute format('grant select on public.%I to plenary_dashboard', name);
        end if;
    end loop;
    for name, rights in values
        ('_sqlx_migrations', 'select'),
        ('actor', 'select, insert, update, delete'),
        ('actor_alias', 'select, insert, delete'),
        ('actor_version', 'select, insert, update'),
        ('affiliation', 'select, insert, update, delete'),
        ('api_key', 'select, update (last_used_at)'),
        ('article', 'select, insert, update'),
        ('article_actor', 'select, insert, update, delete'),
        ('article_band', 'select, insert, delete'),
        ('article_content', 'select, insert, delete'),
        ('article_meeting', 'select, insert, update'),
        ('article_signature', 'select, insert'),
        ('codebook', 'select, insert, update'),
        ('issue', 'select, insert, update'),
        ('meeting', 'select, insert, update'),
        ('meeting_participant', 'select, insert, delete'),
        ('meeting_version', 'select, insert, update'),
        ('participant_version', 'select, insert, update, delete'),
        ('party', 'select, insert, update, delete'),
        ('party_alias', 'select, insert'),
        ('party_position', 'select, insert, update'),
        ('process', 'select, insert'),
        ('record_set', 'select, update'),
        ('revision', 'select, insert'),
        ('ruling', 'select, insert, update'),
        ('statement', 'select, insert, update'),
        ('tally', 'select, insert, update, delete')
    loop
        if to_regclass('public.' || name) is not null then
            execute format('grant %s on public.%I to plenary_service', rights, name);
        end if;
    end loop;
end
$$;
