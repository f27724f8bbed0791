import { z } from "@hono/zod-openapi";
import { openRoute, type AddRoutes } from "#server/api.js";
import { docsPage, docsPolicy, frontPage } from "#server/docs-page.js";
import { describeApi, registerKeys, type ApiDocument } from "#server/openapi-document.js";

const tags = ["this page"];

const html = (description: string) => ({ 200: { description, content: { "text/html": { schema: z.string() } } } });

const document = openRoute({
  method: "get",
  path: "/openapi.json",
  tags,
  summary: "The API as OpenAPI 3.1",
  responses: { 200: { description: "The document.", content: { "application/json": { schema: z.looseObject({}) } } } },
});

const docs = openRoute({
  method: "get",
  path: "/docs",
  tags,
  summary: "The API for people",
  responses: html("A page."),
});

const front = openRoute({ method: "get", path: "/", tags, summary: "Where to begin", responses: html("A page.") });

/** `/openapi.json`, `/docs` and `/`. */
export const addDocsRoutes: AddRoutes = (api, service) => {
  registerKeys(api);
  let made: { readonly url: string; readonly document: ApiDocument; readonly page: string } | undefined;
  /** Made when first asked for: then all routes are there. Strangers may ask again and again, and the page takes 15 ms. */
  const describe = (): NonNullable<typeof made> => {
    const url = service.publicUrl();
    if (made?.url === url) return made;
    const document = describeApi(api, url);
    return (made = { url, document, page: docsPage(document) });
  };
  const headers = { "content-security-policy": docsPolicy, "cache-control": "no-cache" };
  api.openapi(document, (context) => context.json(describe().document as unknown as Record<string, never>, 200));
  api.openapi(docs, (context) => context.html(describe().page, 200, headers));
  api.openapi(front, (context) => context.html(frontPage(describe().document), 200, headers));
};
