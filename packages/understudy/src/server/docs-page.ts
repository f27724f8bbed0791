import { contentPolicyOf } from "#report/content-policy.js";
import { markup, trusted, type Markup } from "#report/markup.js";
import { describeRoutes, type FieldDescription, type RouteDescription } from "./describe-routes.js";
import { docsStyle } from "./docs-style.js";
import type { ApiDocument } from "./openapi-document.js";

/** What the page may load: nothing but its own style. */
export const docsPolicy = `${contentPolicyOf({ style: docsStyle })}; frame-ancestors 'none'`;

/** The API's documentation as one page: no script, nothing from elsewhere. Pure. */
export function docsPage(document: ApiDocument): string {
  const routes = describeRoutes(document);
  const subjects = [...new Set(routes.map(({ subject }) => subject))];
  const url = document.servers?.[0]?.url ?? "";
  return pageOf(
    document.info.title,
    markup`<header>
        <p class="kicker">Version ${document.info.version}</p>
        <h1>${document.info.title}</h1>
        <p class="lead">${inline(document.info.description ?? "")}</p>
      </header>
      <main>
        <section>
          <h2>Begin here</h2>
          <p>Most routes need a key: <code>Authorization: Bearer KEY</code>. Whoever runs the service makes one with <code>understudy access create</code>. The commands on this page work as they stand after:</p>
          <pre><code>export UNDERSTUDY_URL=${url}
export UNDERSTUDY_API_KEY=us_...</code></pre>
          <p>The same for programs: <a href="/openapi.json">openapi.json</a>. Every answer names its request in <code>X-Request-Id</code>. A key that asks too often is told so by 429 with <code>Retry-After</code>; <code>RateLimit</code> says how much is left.</p>
          <nav aria-label="Subjects">${subjects.map((subject) => markup`<a href="#${anchorOf(subject)}">${subject}</a> `)}</nav>
        </section>
        ${subjects.map(
          (subject) =>
            markup`<section id="${anchorOf(subject)}">
              <h2>${subject}</h2>
              ${routes.filter((route) => route.subject === subject).map(routeBlock)}
            </section>`,
        )}
      </main>`,
  );
}

/** What stands at `/`. */
export function frontPage(document: ApiDocument): string {
  return pageOf(
    "Understudy",
    markup`<header>
        <p class="kicker">Version ${document.info.version}</p>
        <h1>Understudy</h1>
        <p class="lead">This is the service's own address. It works.</p>
      </header>
      <main>
        <section>
          <p><a href="/docs">How to use the API</a>, and the same for programs: <a href="/openapi.json">openapi.json</a>.</p>
          <p><a href="/readyz">Whether it is ready</a></p>
        </section>
      </main>`,
  );
}

function pageOf(title: string, content: Markup): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>${trusted(docsStyle)}</style>
      </head>
      <body>
        ${content}
      </body>
    </html>
`.text;
}

function routeBlock(route: RouteDescription): Markup {
  const { method, path, summary, description, scope, fields, curl, answers } = route;
  return markup`<details id="${anchorOf(`${method} ${path}`)}">
    <summary><span class="method method-${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code> <span class="what">${summary}</span></summary>
    <p>${inline(description)}</p>
    <p class="dim">${scope === undefined ? "Open to everybody." : markup`Needs a key with the scope <code>${scope}</code>.`}</p>
    ${fields.length === 0 ? "" : fieldTable(fields)}
    <pre><code>${curl}</code></pre>
    ${answers.map(
      ({ status, description, example }) =>
        markup`<h4>${status === "default" ? "A failure" : status} <span class="dim">${inline(description)}</span></h4>
          ${example === undefined || status === "default" ? "" : markup`<pre><code>${shown(example)}</code></pre>`}`,
    )}
  </details>`;
}

function fieldTable(fields: readonly FieldDescription[]): Markup {
  return markup`<div class="scroll"><table>
    <thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
    <tbody>${fields.map(
      ({ name, place, type, isRequired, description }) =>
        markup`<tr><td><code>${name}</code><br /><span class="dim">${place}${isRequired ? ", required" : ""}</span></td><td>${type}</td><td>${inline(description)}</td></tr>`,
    )}</tbody>
  </table></div>`;
}

function shown(example: unknown): string {
  return typeof example === "string" ? example : JSON.stringify(example, null, 2);
}

/** A long path may break behind each slash. */
function breakable(path: string): Markup[] {
  return path.split(/(?<=\/)/).map((part) => markup`${part}<wbr />`);
}

/** Descriptions are Markdown for other readers; of it, we show code and leave the rest as it is. */
function inline(text: string): (Markup | string)[] {
  return text.split("`").map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
