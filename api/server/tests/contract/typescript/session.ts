// A session of the client that openapi-typescript and openapi-fetch make, against a running server:
//
//     node session.js ADDRESS
//
// What the types say is checked by the compiler, what the server answers by the assertions.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./plenary.js";

type Position = components["schemas"]["Position"];
type Stance = components["schemas"]["StanceCode"];

// Closed lists are closed, and null stands exactly where it can.
const stances: Record<Stance, number> = { oppose: -1, neutral: 0, support: 1 };
const party: Position["party"] = null;
const named = (position: Position): string => position.party?.slug ?? "none";
// @ts-expect-error an actor is never null
const actor: Position["actor"] = null;
void party, actor;

const text =
  "OSLO, June 3. Kenya's foreign minister, Ruth Mwangi, welcomed the ceasefire on Monday. " +
  "Norway would not accept new tariffs, the Norwegian minister, Erik Dahl, told reporters.";

// Of the forms of an answer this client reads JSON, which is what the server gives unless asked otherwise.
const client = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: process.argv[2]!,
  // Lists are one value with commas, as the document says of each.
  querySerializer: { array: { style: "form", explode: false } },
});

// Ingest.
const body = { text, title: "Talks open", published: "2033-06-04" };
const first = await client.POST("/v1/articles", { body });
assert.equal(first.response.status, 201);
assert(first.data);
assert.equal(first.data.known, false);
assert.equal(first.data.article.outlet, null);
const again = await client.POST("/v1/articles", { body });
assert.equal(again.response.status, 200);
assert.equal(again.data?.article.id, first.data.article.id);
const id = first.data.article.id;
const read = await client.GET("/v1/articles/{id}", { params: { path: { id } } });
assert.equal(read.data?.text, text);

// Page through positions.
const seen = new Map<string, Position>();
let cursor: string | null = null;
let total = 0;
do {
  const query: { limit: number; cursor?: string } = { limit: 50, ...(cursor === null ? {} : { cursor }) };
  const page: components["schemas"]["List_Position"] | undefined =
    (await client.GET("/v1/positions", { params: { query } })).data;
  assert(page && page.items.length <= 50);
  for (const position of page.items) {
    assert(!seen.has(position.id));
    assert(position.stance in stances && named(position) !== "");
    seen.set(position.id, position);
  }
  ({ next_cursor: cursor, total } = page);
} while (cursor !== null);
assert.equal(seen.size, total);
assert(total > 100);

// Read a grid: its cells count what the list lists.
const query = { parties: ["russia", "ukraine"], stances: ["oppose", "support"] satisfies Stance[] };
const grid = await client.GET("/v1/comparisons/positions", { params: { query: { ...query, by: "party" } } });
assert(grid.data);
let counted = 0;
for (const row of grid.data.rows) for (const cell of row.cells) counted += cell.count;
const listed = await client.GET("/v1/positions", { params: { query } });
assert.equal(counted, listed.data?.total);
assert(counted > 0);

// A problem is typed, too.
const refused = await client.GET("/v1/positions", { params: { query: { revision: 1e9 } } });
assert.equal(refused.error?.type, "/problems/conflict");
assert.equal(refused.error.errors[0]?.location, "query.revision");

const gone = await client.DELETE("/v1/articles/{id}", { params: { path: { id } } });
assert.equal(gone.response.status, 204);
console.log(`TypeScript client: ${total} positions in pages, ${counted} in the grid`);
