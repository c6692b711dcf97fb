-- Issues: the propositions on which positions are taken.

-- Each edition of a codebook is kept word for word, so that a position coded under an earlier one can
-- still be read against the proposition that it was coded with.
create table codebook (
    codebook_id uuid primary key,
    slug slug not null,
    version integer not null check (version >= 0),
    title text not null,
    document jsonb not null,
    unique (slug, version)
);

create table issue (
    issue_id uuid primary key,
    slug slug not null unique,
    -- The newest edition that has it.
    codebook_id uuid not null references codebook,
    -- Place in that edition; `other` comes last.
    ordinal integer not null check (ordinal >= 0),
    name text not null check (name <> ''),
    domain text not null check (domain <> ''),
    proposition text check (proposition <> ''),
    includes text,
    excludes text,
    -- `other` gathers what bears on no proposition; every other issue is one.
    check ((proposition is null) = (slug = 'other'))
);
