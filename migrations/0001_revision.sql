-- Revisions number the changes of the record set, so that an answer can be repeated later.

-- One row holds the newest number. A change raises it by an update, whose row lock lets changes
-- through one by one from there to their commit: numbers have no gaps, and whoever sees revision N
-- sees everything before it. A sequence would give neither.
create table record_set (
    only_row boolean primary key default true check (only_row),
    revision bigint not null default 0 check (revision >= 0)
);

insert into record_set default values;

create table revision (
    revision bigint primary key check (revision > 0),
    change text not null check (change in ('article-added', 'article-deleted')),
    -- No foreign key: it would tie this table to one that may be distributed over servers.
    article_id uuid not null,
    made_by text not null check (made_by <> ''),
    made_at timestamptz not null default now()
);
