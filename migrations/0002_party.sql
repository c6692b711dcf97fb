-- Parties: the sides for which actors speak.

-- A slug stands in addresses, so it may hold only what needs no escaping there; names without a
-- Latin letter keep their own letters, hence no narrower pattern. `none` means "has no value" in
-- filters and can therefore name nothing. Slugs sort by their bytes on every server.
create domain slug as text collate "C" check (
    value <> '' and value <> 'none' and value !~ '[[:space:][:cntrl:]/?#%&,A-Z]'
);

create table party (
    party_id uuid primary key,
    slug slug not null unique,
    name text not null check (name <> ''),
    kind text not null check (kind in ('state', 'organisation', 'bloc', 'movement', 'faction', 'other')),
    iso text check (iso ~ '^[A-Z]{2}$'),
    -- True when the gazetteer knows it, false when an article introduced it.
    known boolean not null
);

create table party_alias (
    party_id uuid not null references party on delete cascade,
    alias text not null check (alias <> ''),
    primary key (party_id, alias)
);
