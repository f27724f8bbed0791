import { expect, test } from "vitest";
import { sqlOf } from "./database.js";
import { describeSchema } from "./describe-schema.js";
import { openTestDatabase } from "./testing/test-database.js";

// After a new migration, write the file anew and read what changed in it:
// npx vitest run --project fast packages/understudy/src/postgres/describe-schema.test.ts --update
test("the tables that the migrations make are those of migrations/schema.txt", async () => {
  const { pool } = await openTestDatabase();
  await expect(await describeSchema(sqlOf(pool))).toMatchFileSnapshot("../../migrations/schema.txt");
});

test("every difference between two schemas shows in the text", async () => {
  const { pool } = await openTestDatabase();
  const texts = new Set([await describeSchema(sqlOf(pool))]);
  const changes = [
    "alter table understudy.secret alter column value drop not null",
    "alter table understudy.secret alter column value set default ''",
    "alter table understudy.secret alter column name type varchar(20)",
    "alter table understudy.secret add constraint named check (name <> '')",
    "create index on understudy.secret (value)",
    "create table understudy.another (id bigint generated always as identity)",
    "create function understudy.act() returns trigger language plpgsql as 'begin return null; end'",
    "create or replace function understudy.act() returns trigger language plpgsql as 'begin return new; end'",
    "create trigger acting after insert on understudy.secret for each row execute function understudy.act()",
    "create or replace trigger acting after update on understudy.secret for each row execute function understudy.act()",
  ];
  for (const change of changes) {
    await pool.query(change);
    texts.add(await describeSchema(sqlOf(pool)));
  }
  expect(texts.size).toBe(changes.length + 1);
});
