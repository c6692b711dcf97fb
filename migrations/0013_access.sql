-- Keys of the API, and which key made a change.

-- A key is 256 random bits, so a plain hash keeps it: there is nothing to guess that a slow hash would
-- protect. Rows stay when a key is revoked, and a name is never given twice: what a key did is told by
-- its name.
create table api_key (
    key_id uuid primary key,
    name text not null unique check (name <> ''),
    -- Its first characters, by which people and the server recognise it.
    prefix text not null unique check (prefix <> ''),
    hash bytea not null check (octet_length(hash) = 32),
    scope text not null check (scope in ('read', 'ingest', 'review', 'admin')),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    -- To the minute: a write for each request would cost more than it tells.
    last_used_at timestamptz
);

-- The name of the key; null where a change was made without one, e.g. by the command line. `made_by`
-- tells for whom, as the caller says; only this column is proven.
alter table revision add column key_name text check (key_name <> '');
