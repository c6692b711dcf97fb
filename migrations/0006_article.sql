-- Articles, kept verbatim, and the statements found in them.
--
-- Keys of what belongs to an article begin with article_id, so that these tables can be distributed
-- by it over several servers without a change.

create table article (
    article_id uuid primary key,
    title text,
    outlet text check (outlet <> ''),
    -- The outlet in lower case. What `lower` makes of a letter depends on the server's locale, so the
    -- program folds it.
    outlet_key text,
    published date,
    url text,
    language text check (language ~ '^[a-z]{2,3}$'),
    body text not null,
    -- Code points, as every span counts.
    length integer not null check (length = char_length(body)),
    content_hash bytea not null check (octet_length(content_hash) = 32),
    -- The id of the first article of the group of copies; an article without copies is its own group.
    group_id uuid not null,
    parser_version text not null check (parser_version <> ''),
    codebook_id uuid not null references codebook,
    notes text[] not null default '{}',
    stored_at timestamptz not null default now(),
    since_revision bigint not null references revision,
    until_revision bigint references revision,
    check (since_revision < until_revision),
    check ((outlet is null) = (outlet_key is null)),
    words tsvector not null generated always as (
        to_tsvector('english', left(coalesce(title, '') || ' ' || body, 500000))
    ) stored
);

create index on article (group_id);
create index on article (outlet_key);
create index on article (published);
create index on article using gin (words);

-- Who holds a content. A row is claimed before anything else of an article is written: the second of
-- two callers waits here and then finds the first one's article. Deleting an article frees its content.
create table article_content (
    content_hash bytea primary key check (octet_length(content_hash) = 32),
    article_id uuid not null unique references article deferrable initially deferred
);

-- The words of an article in short: MinHash values of its shingles (api/store/src/similar.rs).
create table article_signature (
    article_id uuid primary key references article,
    signature bigint[] not null
);

-- Bands of the signature: two articles that share one may be copies of one text.
create table article_band (
    band bigint not null,
    article_id uuid not null references article,
    primary key (band, article_id)
);

-- Spans with their words, e.g. [{"start": 3, "end": 8, "text": "Kyiv,"}]: in text order, not empty, not
-- overlapping, and as long as their words, so that a span counted in bytes is refused.
create function spans_are_sound(spans jsonb) returns boolean
language sql immutable parallel safe as $$
    select jsonb_typeof(spans) = 'array' and coalesce((
        select bool_and(
            jsonb_typeof(span -> 'start') = 'number' and jsonb_typeof(span -> 'end') = 'number'
            and jsonb_typeof(span -> 'text') = 'string'
            and (span ->> 'start')::integer >= coalesce(before, 0)
            and (span ->> 'start')::integer < (span ->> 'end')::integer
            and char_length(span ->> 'text') = (span ->> 'end')::integer - (span ->> 'start')::integer
        )
        from (
            select span, (lag(span) over (order by place) ->> 'end')::integer as before
            from jsonb_array_elements(spans) with ordinality as listed (span, place)
        ) as ordered
    ), true)
$$;

create table statement (
    article_id uuid not null references article,
    statement_id uuid not null,
    -- Place in the article, from 0.
    ordinal integer not null check (ordinal >= 0),
    source jsonb not null check (spans_are_sound(source)),
    cue jsonb not null check (spans_are_sound(cue)),
    content jsonb not null check (spans_are_sound(content) and jsonb_array_length(content) > 0),
    mode text not null check (mode in ('direct', 'mixed', 'indirect')),
    rule text not null check (rule <> ''),
    confidence real not null check (confidence between 0 and 1),
    parser_version text not null check (parser_version <> ''),
    since_revision bigint not null references revision,
    until_revision bigint references revision,
    check (since_revision < until_revision),
    primary key (article_id, statement_id)
);

create unique index statement_current on statement (article_id, ordinal) where until_revision is null;

-- Which meetings an article speaks of, whether or not a statement belongs to them.
create table article_meeting (
    article_id uuid not null references article,
    meeting_id uuid not null references meeting,
    -- True for the meeting that the article is mainly about.
    main boolean not null,
    mentions jsonb not null check (spans_are_sound(mentions)),
    rule text not null check (rule <> ''),
    confidence real not null check (confidence between 0 and 1),
    primary key (article_id, meeting_id)
);

create index on article_meeting (meeting_id);
