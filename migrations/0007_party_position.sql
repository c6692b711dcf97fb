-- The party-position record: statement × actor × party × meeting × issue.

create table party_position (
    article_id uuid not null,
    -- Time-ordered, so that the order of ids is the order of storing and, within an article, of the text.
    position_id uuid not null,
    statement_id uuid not null,
    actor_id uuid not null references actor,
    role text check (role <> ''),
    -- Null for experts, journalists and private persons.
    party_id uuid references party,
    -- Null where it belongs to no meeting.
    meeting_id uuid references meeting,
    issue_id uuid not null references issue,
    stance smallint not null check (stance in (-1, 0, 1)),
    act text not null check (
        act in ('state', 'support', 'commit', 'request', 'reject', 'accuse', 'deny', 'threaten')
    ),
    mode text not null check (mode in ('direct', 'mixed', 'indirect')),
    evidence jsonb not null check (spans_are_sound(evidence) and jsonb_array_length(evidence) > 0),
    confidence real not null check (confidence between 0 and 1),
    speaker_confidence real not null check (speaker_confidence between 0 and 1),
    party_confidence real not null check (party_confidence between 0 and 1),
    meeting_confidence real not null check (meeting_confidence between 0 and 1),
    issue_confidence real not null check (issue_confidence between 0 and 1),
    stance_confidence real not null check (stance_confidence between 0 and 1),
    act_confidence real not null check (act_confidence between 0 and 1),
    speaker_rule text not null,
    party_rule text not null,
    meeting_rule text not null,
    coding_rule text not null,
    parser_version text not null check (parser_version <> ''),
    codebook_id uuid not null references codebook,
    -- Valid from one revision to before another. Nothing but until_revision ever changes in a row.
    since_revision bigint not null references revision,
    until_revision bigint references revision,
    check (since_revision < until_revision),
    words tsvector not null generated always as (jsonb_to_tsvector('english', evidence, '["string"]')) stored,
    primary key (article_id, position_id),
    foreign key (article_id, statement_id) references statement
);

-- One statement takes one stance on an issue once for each actor, side and meeting.
create unique index party_position_current on party_position
    (article_id, statement_id, actor_id, party_id, meeting_id, issue_id, stance)
    nulls not distinct
    where until_revision is null;

create index on party_position (position_id);
create index on party_position (party_id, issue_id, meeting_id);
create index on party_position (actor_id, issue_id, meeting_id);
create index on party_position (meeting_id, issue_id);
create index on party_position (issue_id);
create index on party_position using gin (words);

-- A record is superseded, never overwritten: the database itself refuses every other change.
create function keep_history() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception '%: records are superseded, never deleted', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    -- `words` is generated from the others, and only after this.
    if old.until_revision is not null
        or to_jsonb(new) - '{until_revision,words}'::text[] <> to_jsonb(old) - '{until_revision,words}'::text[] then
        raise exception '%: records are superseded, never overwritten', tg_table_name
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end
$$;

create trigger keep_history before update or delete on party_position
    for each row execute function keep_history();
create trigger keep_history before update or delete on statement
    for each row execute function keep_history();
