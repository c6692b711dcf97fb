-- How meetings and actors were told at each revision, so that an answer pinned to one repeats itself.
--
-- Later articles add to what is known of a meeting (its days, its process) and of an actor (the fuller
-- name). `meeting` and `actor` hold the newest state; these tables hold every state that answers were
-- given from, valid from one revision to another as positions are. Triggers keep them, so that no
-- change of the state can pass them by.

create table meeting_version (
    meeting_id uuid not null references meeting on delete cascade,
    since_revision bigint not null check (since_revision >= 0),
    until_revision bigint,
    name text not null,
    venue text,
    start_day date,
    end_day date,
    process_id uuid references process,
    check (since_revision < until_revision),
    primary key (meeting_id, since_revision)
);

create unique index meeting_version_current on meeting_version (meeting_id) where until_revision is null;

create table actor_version (
    actor_id uuid not null references actor on delete cascade,
    since_revision bigint not null check (since_revision >= 0),
    until_revision bigint,
    name text not null,
    check (since_revision < until_revision),
    primary key (actor_id, since_revision)
);

create unique index actor_version_current on actor_version (actor_id) where until_revision is null;

insert into meeting_version (meeting_id, since_revision, name, venue, start_day, end_day, process_id)
select meeting_id, 0, name, venue, start_day, end_day, process_id from meeting;

insert into actor_version (actor_id, since_revision, name) select actor_id, 0, name from actor;

-- A change takes its number before it touches anything else, so the number stands in record_set.
create function keep_meeting_version() returns trigger language plpgsql as $$
declare
    this bigint := (select revision from record_set);
begin
    if tg_op = 'UPDATE' and (old.name, old.venue, old.start_day, old.end_day, old.process_id)
        is not distinct from (new.name, new.venue, new.start_day, new.end_day, new.process_id) then
        return null;
    end if;
    update meeting_version set until_revision = this
    where meeting_id = new.meeting_id and until_revision is null and since_revision < this;
    insert into meeting_version (meeting_id, since_revision, name, venue, start_day, end_day, process_id)
    values (new.meeting_id, this, new.name, new.venue, new.start_day, new.end_day, new.process_id)
    on conflict (meeting_id, since_revision) do update
    set name = excluded.name, venue = excluded.venue, start_day = excluded.start_day,
        end_day = excluded.end_day, process_id = excluded.process_id;
    return null;
end
$$;

create trigger keep_version after insert or update on meeting
    for each row execute function keep_meeting_version();

create function keep_actor_version() returns trigger language plpgsql as $$
declare
    this bigint := (select revision from record_set);
begin
    if tg_op = 'UPDATE' and old.name = new.name then
        return null;
    end if;
    update actor_version set until_revision = this
    where actor_id = new.actor_id and until_revision is null and since_revision < this;
    insert into actor_version (actor_id, since_revision, name) values (new.actor_id, this, new.name)
    on conflict (actor_id, since_revision) do update set name = excluded.name;
    return null;
end
$$;

create trigger keep_version after insert or update on actor
    for each row execute function keep_actor_version();

-- Who came to a meeting: a later article adds parties, a deleted or corrected one takes some away.
create table participant_version (
    meeting_id uuid not null references meeting on delete cascade,
    party_id uuid not null references party on delete cascade,
    since_revision bigint not null check (since_revision >= 0),
    until_revision bigint,
    check (since_revision < until_revision),
    primary key (meeting_id, party_id, since_revision)
);

create unique index participant_version_current on participant_version (meeting_id, party_id)
    where until_revision is null;

insert into participant_version (meeting_id, party_id, since_revision)
select meeting_id, party_id, 0 from meeting_participant;

create function keep_participant_version() returns trigger language plpgsql as $$
declare
    this bigint := (select revision from record_set);
begin
    if tg_op = 'INSERT' then
        -- Taken away and told again by one change: it never left.
        insert into participant_version (meeting_id, party_id, since_revision)
        select new.meeting_id, new.party_id, this
        where not exists (
            select from participant_version
            where meeting_id = new.meeting_id and party_id = new.party_id and until_revision = this
        );
        update participant_version set until_revision = null
        where meeting_id = new.meeting_id and party_id = new.party_id and until_revision = this;
    else
        delete from participant_version
        where meeting_id = old.meeting_id and party_id = old.party_id and since_revision = this;
        update participant_version set until_revision = this
        where meeting_id = old.meeting_id and party_id = old.party_id and until_revision is null;
    end if;
    return null;
end
$$;

create trigger keep_version after insert or delete on meeting_participant
    for each row execute function keep_participant_version();
