-- Actors: who speaks. One person is one row, however many articles and spellings tell of them.

create table actor (
    actor_id uuid primary key,
    slug slug not null unique,
    -- The fullest name that an article gave.
    name text not null check (name <> ''),
    kind text not null check (kind in ('person', 'collective', 'unnamed'))
);

-- Every form of the name that an article used, with the keys by which later articles find the actor:
-- the whole form and its last word, folded so that transliterations and accents fall together.
create table actor_alias (
    actor_id uuid not null references actor on delete cascade,
    form text not null check (form <> ''),
    folded text not null,
    surname text not null,
    primary key (actor_id, form)
);

create index on actor_alias (folded);
create index on actor_alias (surname);

-- Offices and sides as articles told them. The days are those of the articles, so they say when an
-- affiliation is attested, not when it began or ended; both are null when no article had a day.
create table affiliation (
    affiliation_id uuid primary key,
    actor_id uuid not null references actor on delete cascade,
    party_id uuid references party,
    role text check (role <> ''),
    first_day date,
    last_day date,
    unique nulls not distinct (actor_id, party_id, role),
    check ((first_day is null) = (last_day is null)),
    check (first_day <= last_day)
);

create index on affiliation (party_id);
