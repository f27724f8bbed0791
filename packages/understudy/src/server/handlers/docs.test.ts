import { expect, it } from "vitest";
import { docsPolicy } from "#server/docs-page.js";
import type { ApiDocument } from "#server/openapi-document.js";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

it("describes the API as OpenAPI 3.1, with the scope and the way to show a key", async () => {
  const answer = await shared().api.request("/openapi.json");
  const document = (await answer.json()) as ApiDocument;
  expect(document).toMatchObject({
    openapi: "3.1.0",
    servers: [{ url: "http://service.test" }],
    components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
  });
  expect(document.paths?.["/v1/keys"]).toMatchObject({
    post: { "x-scope": "keys:write", security: [{ key: [] }], responses: { default: expect.anything() } },
  });
});

it("has a page for people, without script and with nothing from elsewhere", async () => {
  const answer = await shared().api.request("/docs");
  const page = await answer.text();
  expect(answer.headers.get("content-security-policy")).toBe(docsPolicy);
  expect(docsPolicy).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|style="/);
  expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, to]) => to?.[0])).not.toContain("h");
  expect(page).toContain(`curl -X POST &quot;$UNDERSTUDY_URL/v1/keys&quot; \\
  -H &quot;Authorization: Bearer $UNDERSTUDY_API_KEY&quot; \\
  -H &quot;Content-Type: application/json&quot; \\
  -d &#39;{&quot;name&quot;:&quot;web shop&quot;,&quot;scopes&quot;:[&quot;renders:read&quot;,&quot;renders:write&quot;]}&#39;`);
});

it("leads from the front page to the documentation", async () => {
  expect(await (await shared().api.request("/")).text()).toContain('<a href="/docs">');
});
