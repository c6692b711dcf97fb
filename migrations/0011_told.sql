-- What each article tells of its speakers and meetings.
--
-- Names, offices and details of meetings are drawn from many articles. Where one of these goes, what
-- only it told must go too; where people part what the parser joined, each part must keep its own. Both
-- need to know who told what.

create table article_actor (
    article_id uuid not null references article,
    -- Place in the parser's list, from 0.
    ordinal integer not null check (ordinal >= 0),
    actor_id uuid not null references actor,
    -- The fullest name (empty where there is none) and every form of it in the article.
    name text not null,
    forms text[] not null,
    role text check (role <> ''),
    -- The sides for which the actor speaks there. An array, as a foreign key would only repeat the one
    -- of the affiliations made from it.
    parties uuid[] not null,
    primary key (article_id, ordinal)
);

create index on article_actor (actor_id);

-- Of articles stored before, their positions tell the speakers; forms of names cannot be told apart
-- by article any more, so each keeps them all.
insert into article_actor (article_id, ordinal, actor_id, name, forms, role, parties)
select p.article_id, row_number() over (partition by p.article_id order by p.actor_id) - 1, p.actor_id, a.name,
    array(select al.form from actor_alias al where al.actor_id = p.actor_id order by al.form), p.role, p.parties
from (
    select article_id, actor_id, max(role) as role,
        coalesce(array_agg(distinct party_id) filter (where party_id is not null), '{}') as parties
    from party_position where until_revision is null
    group by article_id, actor_id
) p
join actor a on a.actor_id = p.actor_id;

-- A link is valid from one revision to another, as positions are, so that lists of articles pinned to
-- a revision answer as they did.
alter table article_meeting
    add column ordinal integer,
    -- What the article tells; all null where it was stored before this was kept.
    add column name text,
    add column venue text check (venue <> ''),
    add column start_day date,
    add column end_day date,
    add column day_known boolean,
    add column status text check (status in ('held', 'planned', 'cancelled')),
    add column parties uuid[],
    add column since_revision bigint references revision,
    add column until_revision bigint references revision;

update article_meeting am
set since_revision = a.since_revision, until_revision = a.until_revision, ordinal = n.ordinal
from article a, (
    select article_id, meeting_id, row_number() over (partition by article_id order by meeting_id) - 1 as ordinal
    from article_meeting
) n
where a.article_id = am.article_id and n.article_id = am.article_id and n.meeting_id = am.meeting_id;

alter table article_meeting
    alter column ordinal set not null,
    alter column since_revision set not null,
    add check (ordinal >= 0),
    add check (since_revision < until_revision),
    add check ((name is null) = (day_known is null) and (name is null) = (status is null)
        and (name is null) = (parties is null)),
    drop constraint article_meeting_pkey,
    add primary key (article_id, ordinal, since_revision);

create index on article_meeting (meeting_id, article_id) where until_revision is null;
