-- What comparisons read of a position, in one index.
--
-- A comparison reads many positions of some meetings and a few small columns of each. In the table these
-- lie among the words, and the positions of one meeting all over it, so that a tenth of the positions costs
-- almost the whole table. Here they lie together, and the table is not read at all where its pages are
-- vacuumed. It also finds by meeting and issue, so the index on these two alone goes.
drop index party_position_meeting_id_issue_id_idx;
create index party_position_observed on party_position (meeting_id, issue_id, party_id)
    include (actor_id, article_id, position_id, stance, act, mode, confidence, parser_version,
        since_revision, until_revision);
