-- Meetings, and the processes in which they follow one another.

create table process (
    process_id uuid primary key,
    slug slug not null unique,
    name text not null check (name <> '')
);

create table meeting (
    meeting_id uuid primary key,
    slug slug not null unique,
    name text not null check (name <> ''),
    venue text check (venue <> ''),
    start_day date,
    end_day date,
    -- False where articles told only the month; the days are then its first and last known bound.
    day_known boolean not null,
    status text not null check (status in ('held', 'planned', 'cancelled')),
    -- Null until something ties it to other meetings.
    process_id uuid references process,
    check (start_day <= end_day),
    check (end_day is null or start_day is not null),
    check (start_day is not null or not day_known)
);

create index on meeting (process_id);
create index on meeting (start_day);

create table meeting_participant (
    meeting_id uuid not null references meeting on delete cascade,
    party_id uuid not null references party,
    primary key (meeting_id, party_id)
);

create index on meeting_participant (party_id);
