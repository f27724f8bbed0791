import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allScopes, openSample, sampleToken, type Sample } from "./sample.js";

let sample: Sample;

beforeEach(async () => {
  sample = await openSample();
});

afterEach(() => sample.standIn.close());

describe("the stand-in's doors", () => {
  it("knows paths before tokens, and tokens before bases", async () => {
    const answers = [
      await sample.ask("GET", "/nowhere", undefined, "patUNKNOWN"),
      await sample.ask("GET", `/${sample.baseId}/People/notarecord`),
      await sample.ask("GET", `/${sample.baseId}/People`, undefined, "patUNKNOWN"),
      await sample.ask("GET", "/appAAAAAAAAAAAAAA/People"),
      await sample.ask("GET", `/${sample.baseId}/Animals`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 401, 403, 403]);
    expect(answers[0]?.body).toEqual({ error: "NOT_FOUND" });
    expect(answers[2]?.body).toEqual({ error: { type: "UNAUTHORIZED", message: "Invalid authentication token" } });
    expect(answers[3]?.body).toMatchObject({ error: { type: "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND" } });
  });

  it("asks for a token", async () => {
    const { standIn } = sample;
    const answer = await fetch(`${standIn.url}/v0/meta/whoami`, { headers: { connection: "close" } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({
      error: { type: "AUTHENTICATION_REQUIRED", message: "Authentication required" },
    });
  });

  it("lets nobody in with a token that was revoked", async () => {
    const { standIn, ask } = sample;
    standIn.revokeToken(sampleToken);
    expect((await ask("GET", "/meta/whoami")).status).toBe(401);
  });

  it("holds a token to its scopes, its bases and its user's role", async () => {
    const { standIn, ask, baseId } = sample;
    standIn.addToken({ token: "patREAD", scopes: ["data.records:read"] });
    standIn.addToken({ token: "patELSEWHERE", scopes: allScopes, bases: ["appAAAAAAAAAAAAAA"] });
    standIn.addToken({ token: "patEDITOR", scopes: allScopes, role: "editor" });
    const record = { fields: { Name: "Ada" } };
    const asked = [
      ["patREAD", "GET", `/${baseId}/People`, undefined, 200],
      ["patREAD", "POST", `/${baseId}/People`, record, 403],
      ["patREAD", "GET", `/meta/bases/${baseId}/tables`, undefined, 403],
      ["patREAD", "GET", `/bases/${baseId}/webhooks`, undefined, 403],
      ["patELSEWHERE", "GET", `/${baseId}/People`, undefined, 403],
      ["patEDITOR", "POST", `/${baseId}/People`, record, 200],
      ["patEDITOR", "POST", `/meta/bases/${baseId}/tables`, { name: "X", fields: [] }, 403],
      ["patEDITOR", "POST", `/bases/${baseId}/webhooks`, {}, 403],
    ] as const;
    for (const [token, method, path, body, status] of asked) {
      expect((await ask(method, path, body, token)).status, `${token} ${method} ${path}`).toBe(status);
    }
    expect((await ask("GET", "/meta/bases", undefined, "patELSEWHERE")).body).toEqual({ bases: [] });
    expect((await ask("GET", "/meta/bases", undefined, "patEDITOR")).body).toEqual({
      bases: [{ id: baseId, name: "Base", permissionLevel: "edit" }],
    });
  });

  it("tells scopes to tokens of OAuth only", async () => {
    const { standIn, ask } = sample;
    standIn.addToken({ token: "oauth", scopes: ["webhook:manage"], kind: "oauth" });
    expect((await ask("GET", "/meta/whoami")).body).toEqual({ id: expect.stringMatching(/^usr\w{14}$/) });
    expect((await ask("GET", "/meta/whoami", undefined, "oauth")).body).toMatchObject({ scopes: ["webhook:manage"] });
  });
});
