-- Who speaks for a party, most positions first, is shown with every party: counted from this index
-- alone, without reading the positions.
create index on party_position (party_id, actor_id) where until_revision is null;
