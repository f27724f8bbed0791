import { expect, it } from "vitest";
import { assertMayGrant } from "./grant.js";
import type { ApiKey } from "./key-list.js";

const day = (number: number) => new Date(Date.UTC(2027, 0, number));
const giver: ApiKey = {
  ownerId: "owner_0000000000000001",
  keyId: "key_0000000000000001",
  name: "admin",
  scopes: ["keys:write", "renders:read"],
  requestsPerMinute: 100,
  rendersAtOnce: 2,
  createdAt: day(1),
};

it("lets a key give what it has", () => {
  const grant = { scopes: ["renders:read"], requestsPerMinute: 100, rendersAtOnce: 2 } as const;
  expect(() => assertMayGrant(giver, grant)).not.toThrow();
  expect(() => assertMayGrant({ ...giver, expiresAt: day(5) }, { ...grant, expiresAt: day(5) })).not.toThrow();
});

it.each([
  ["a scope that it has not", giver, { scopes: ["renders:read", "subjects:erase"] }],
  ["more requests", giver, { scopes: [], requestsPerMinute: 101 }],
  ["more renders", giver, { scopes: [], rendersAtOnce: 3 }],
  ["a key without an end, when it ends itself", { ...giver, expiresAt: day(5) }, { scopes: [] }],
  ["a later end", { ...giver, expiresAt: day(5) }, { scopes: [], expiresAt: day(6) }],
  ["what outlives its own grace time", { ...giver, revokedAt: day(2) }, { scopes: [], expiresAt: day(3) }],
] as const)("does not let it give %s", (_, key, grant) => {
  expect(() => assertMayGrant(key, grant)).toThrow(expect.objectContaining({ code: "forbidden" }));
});
