import { describe, expect, test } from "vitest";
import { sharePeopleWorld } from "./testing/people-world.js";

const shared = sharePeopleWorld();
const page = { ownerId: "owner_00000000000000aa", subjectId: "subject_00000000000000aa" };

describe("addresses of people's pages", () => {
  test("lead to the person, hold 192 random bits, and are kept as hashes only", async () => {
    const { service } = shared();
    const first = await service.personLinks.make(page);
    const second = await service.personLinks.make(page);
    expect(first.token).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(first.url).toBe(`http://service.test/me/${first.token}`);
    expect(second.token).not.toBe(first.token);
    for (const { token } of [first, second]) expect(await service.personLinks.find(token)).toEqual(page);
    const { rows } = await service.database.pool.query(
      "select to_jsonb(one)::text as text from understudy.person_link one",
    );
    expect(JSON.stringify(rows)).not.toContain(first.token);
  });

  test("lead nowhere when they are unknown, malformed or revoked", async () => {
    const { service } = shared();
    const { token } = await service.personLinks.make(page);
    for (const other of ["", "x", token.slice(1), `${token}x`, `${token.slice(1)}\u0000`]) {
      expect(await service.personLinks.find(other)).toBeUndefined();
    }
    // A person may have given their consent to both.
    const theirs = { ...page, ownerId: "owner_00000000000000bb" };
    const another = await service.personLinks.make(theirs);
    await service.personLinks.revoke(page);
    expect(await service.personLinks.find(token)).toBeUndefined();
    expect(await service.personLinks.find(another.token)).toEqual(theirs);
  });
});
