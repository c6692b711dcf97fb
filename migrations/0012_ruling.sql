-- Rulings: what people decided about names. They outrank the parser.
--
-- A merge says that two actors (or parties, or meetings) are one; a split says that what certain
-- articles tell of one belongs to another. A ruling is applied to what is stored and to all that comes
-- later. It names articles by their content, so that it holds for the same article stored again.

create table ruling (
    ruling_id uuid primary key,
    kind text not null check (kind in ('actor', 'party', 'meeting')),
    -- No foreign keys: which table they would refer to depends on the kind. What a ruling names is
    -- never deleted.
    from_id uuid not null,
    into_id uuid not null check (into_id <> from_id),
    -- Null: everything (a merge). Else the content of an article (a split).
    content_hash bytea check (octet_length(content_hash) = 32),
    since_revision bigint not null references revision,
    until_revision bigint references revision,
    check (since_revision < until_revision)
);

create unique index ruling_current on ruling (kind, from_id, content_hash) nulls not distinct
    where until_revision is null;
create index on ruling (content_hash) where until_revision is null;

-- What a merge ended with, through all merges; null for what stands for itself. Kept with the rulings.
alter table actor add column merged_into uuid references actor check (merged_into <> actor_id);
alter table party add column merged_into uuid references party check (merged_into <> party_id);
alter table meeting add column merged_into uuid references meeting check (merged_into <> meeting_id);
create index on actor (merged_into) where merged_into is not null;
create index on party (merged_into) where merged_into is not null;
create index on meeting (merged_into) where merged_into is not null;

-- What was found before rulings were applied; null where they changed nothing. With it a ruling can be
-- taken back.
alter table party_position
    add column found_actor_id uuid references actor,
    add column found_party_id uuid references party,
    add column found_meeting_id uuid references meeting;
create index on party_position (found_actor_id) where found_actor_id is not null;
alter table article_actor add column found_actor_id uuid references actor;
create index on article_actor (found_actor_id) where found_actor_id is not null;
alter table article_meeting add column found_meeting_id uuid references meeting;

alter table revision
    drop constraint revision_change_check,
    alter column article_id drop not null,
    add column reason text check (reason <> ''),
    add constraint revision_change_check check (
        change in ('article-added', 'article-deleted', 'merged', 'split', 'restored')
    ),
    add constraint revision_article_check check (
        (article_id is not null) = (change in ('article-added', 'article-deleted'))
    );
