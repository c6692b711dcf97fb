-- How much is recorded under each party, actor, meeting, process and issue, as the lists show it.
--
-- Kept in the transaction that changes the records, so that it always equals a recount (a test holds
-- it to that). It serves the lists, which would otherwise count the whole record set for each page.
-- Grids and other comparisons count positions by index instead: they filter by more than any fixed
-- cube has, and count distinct articles, which do not add up over cells.
create table tally (
    kind text not null check (kind in ('party', 'actor', 'meeting', 'process', 'issue')),
    -- Id of the party, actor, meeting, process or issue.
    subject_id uuid not null,
    support bigint not null check (support >= 0),
    neutral bigint not null check (neutral >= 0),
    oppose bigint not null check (oppose >= 0),
    -- Distinct articles behind the current positions.
    articles bigint not null check (articles >= 0),
    primary key (kind, subject_id)
);
