"""A session of the client that openapi-python-client generates, against a running server.

    python session.py ADDRESS    (with the generated package `plenary_client` on the path)
"""

import importlib
import io
import json
import pkgutil
import sys
from datetime import date
from uuid import UUID

import plenary_client
from plenary_client import Client
from plenary_client.api.articles import create_article, create_articles, delete_article, get_article
from plenary_client.api.comparisons import compare_agreement, compare_positions
from plenary_client.api.positions import list_positions
from plenary_client.models import (
    ActCode, Agreements, BatchResult, ListPosition, MeetingRef, Named, NewArticleBody, Outcome, Position,
    PositionGrid, Problem, RowKind, StanceCode, StoredArticle)
from plenary_client.types import File

TEXT = ("GENEVA, May 10. Chile's foreign minister, Ana Soto, rejected the sanctions on Tuesday. "
        "France supports a ceasefire, the French ambassador, Paul Marchand, said at the talks.")


def main(address):
    # Every module that was generated can be imported.
    for module in pkgutil.walk_packages(plenary_client.__path__, "plenary_client."):
        importlib.import_module(module.name)
    client = Client(base_url=address, raise_on_unexpected_status=True)

    # Ingest: one article, the same again, and a batch.
    body = NewArticleBody(text=TEXT, title="Talks open", outlet=None, published=date(2033, 5, 11))
    first = create_article.sync_detailed(client=client, body=body)
    assert first.status_code == 201 and isinstance(first.parsed, StoredArticle), first
    stored = first.parsed
    assert isinstance(stored.article.id, UUID) and stored.article.outlet is None and not stored.known
    again = create_article.sync_detailed(client=client, body=body)
    assert again.status_code == 200 and again.parsed.known and again.parsed.article.id == stored.article.id
    lines = [json.dumps({"text": TEXT, "title": "A copy"}), "{"]
    batch = create_articles.sync(client=client, body=File(payload=io.BytesIO("\n".join(lines).encode())))
    results = [BatchResult.from_dict(json.loads(line)) for line in batch.payload.read().splitlines()]
    assert [result.outcome for result in results] == [Outcome.STORED, Outcome.FAILED], results
    assert results[0].problem is None and isinstance(results[1].problem, Problem) and results[1].id is None
    read = get_article.sync(stored.article.id, client=client)
    assert read.text == TEXT and read.id == stored.article.id and read.published == date(2033, 5, 11)

    # Page through positions: every page, every record once.
    seen, cursor = {}, None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = list_positions.sync(client=client, limit=50, **more)
        assert isinstance(page, ListPosition) and len(page.items) <= 50, page
        for position in page.items:
            assert isinstance(position, Position) and position.id not in seen
            assert isinstance(position.stance, StanceCode) and isinstance(position.act, ActCode)
            assert position.party is None or isinstance(position.party, Named)
            assert position.meeting is None or isinstance(position.meeting, MeetingRef)
            seen[position.id] = position
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == page.total > 100, (len(seen), page.total)
    assert any(position.party is None for position in seen.values())

    # Read a grid: its cells count what the list lists.
    chosen = {"parties": ["russia", "ukraine"], "stances": [StanceCode.OPPOSE, StanceCode.SUPPORT]}
    grid = compare_positions.sync(client=client, by=RowKind.PARTY, **chosen)
    assert isinstance(grid, PositionGrid) and grid.by == RowKind.PARTY
    counted = sum(cell.count for row in grid.rows for cell in row.cells)
    listed = list_positions.sync(client=client, **chosen)
    assert counted == listed.total > 0, (counted, listed.total)
    network = compare_agreement.sync(client=client)
    assert isinstance(network, Agreements), network

    # A problem is a value, not an exception.
    problem = list_positions.sync(client=client, revision=10**9)
    assert isinstance(problem, Problem) and problem.type_ == "/problems/conflict", problem
    assert problem.errors[0].location == "query.revision"

    gone = delete_article.sync_detailed(stored.article.id, client=client)
    assert gone.status_code == 204, gone
    print(f"Python client: {len(seen)} positions in pages, {counted} in the grid")


if __name__ == "__main__":
    main(sys.argv[1])
