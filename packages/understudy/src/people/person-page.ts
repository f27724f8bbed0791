import { createHash } from "node:crypto";
import { markup, trusted, type Markup } from "#report/markup.js";
import { personStyle } from "./person-style.js";
import type { PersonView, ShownConsent, ShownVideo } from "./person-view.js";
import type { PersonWords } from "./person-words.js";

/** What every page says besides. */
export interface PageFrame {
  readonly words: PersonWords;
  /** Where the operator can be reached; empty when the installation does not say. */
  readonly contact: string;
}

/**
 * Sent with every page: no script, nothing from elsewhere, forms to this service only. The hash allows the one style there is.
 */
export const personContentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(personStyle).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The page for the person in the photo, without script. Pure.
 * @param token ends the page's own address; links on it are relative, so it works behind any prefix.
 */
export function personPage({ consents, videos, subjectId }: PersonView, token: string, frame: PageFrame): string {
  const { words } = frame;
  const operators = [...new Set(consents.map(({ operator }) => operator))];
  const canRevoke = consents.some(({ state }) => state !== "revoked");
  const choices = (canRevoke ? ["revoke", "erase", "report"] : ["erase", "report"]) as readonly PersonAct[];
  return wholePage(
    words.title,
    markup`<p class="lead">${operators.length === 0 ? words.nothingAgreed : words.asked(operators)}</p>
      ${
        consents.length === 0
          ? ""
          : markup`<section><h2>${words.consents.title}</h2>${consents.map((each) => consentOf(each, words))}</section>`
      }
      <section><h2>${words.videos.title}</h2>${
        videos.length === 0
          ? markup`<p class="dim">${words.videos.none}</p>`
          : markup`<ul class="videos">${videos.map((each) => videoOf(each, words))}</ul>`
      }</section>
      <section><h2>${words.choices.title}</h2><ul class="choices">${choices.map(
        (act) =>
          markup`<li><a href="${token}/${act}"><strong>${words[act].link}</strong><span class="dim">${words[act].hint}</span></a></li>`,
      )}</ul></section>
      <section><h2>${words.marks.title}</h2><ul>${words.marks.lines.map((line) => markup`<li>${line}</li>`)}</ul></section>`,
    frame,
    markup`<p>${words.keepAddress}</p><p>${subjectId}</p>`,
  );
}

/** What the person can do. */
export const personActs = ["revoke", "erase", "report"] as const;

/** What the person can do. */
export type PersonAct = (typeof personActs)[number];

/**
 * Asks once more before anything is done; its form posts to its own address. Pure.
 * @param problem what was wrong with what was sent before.
 */
export function actPage(
  act: PersonAct,
  { videos }: Pick<PersonView, "videos">,
  token: string,
  frame: PageFrame,
  problem?: string,
): string {
  const { words } = frame;
  const { title, text, button } = words[act];
  return wholePage(
    title,
    markup`<p class="lead">${text}</p>
      <form method="post" action="${act}">
        ${problem === undefined ? "" : markup`<p class="problem" role="alert">${problem}</p>`}
        ${fieldsOf(act, videos, words)}
        <button>${button}</button>
      </form>
      ${backTo(token, words)}`,
    frame,
  );
}

/**
 * Says what was done. Pure.
 * @param token where to go back to; undefined: there is nothing any more.
 */
export function donePage(title: string, text: string, token: string | undefined, frame: PageFrame): string {
  const back = token === undefined ? "" : backTo(token, frame.words);
  return wholePage(title, markup`<p class="lead">${text}</p>${back}`, frame);
}

/** Where an address leads nowhere. Pure. @param reportUrl where anybody may report a problem. */
export function nothingHerePage(reportUrl: string, frame: PageFrame): string {
  const { nothingHere, publicReport } = frame.words;
  return wholePage(
    nothingHere.title,
    markup`<p class="lead">${nothingHere.text}</p><a class="back" href="${reportUrl}">${publicReport.title}</a>`,
    frame,
  );
}

/** Says that an erasure has to be asked for again. Pure. */
export function againPage(token: string, frame: PageFrame): string {
  const { words } = frame;
  const { title, incomplete, again } = words.erase;
  return wholePage(
    title,
    markup`<p class="lead">${incomplete}</p>
      <form method="post" action="erase"><button>${again}</button></form>${backTo(token, words)}`,
    frame,
  );
}

function backTo(token: string, { choices }: PersonWords): Markup {
  return markup`<a class="back" href="../${token}">${choices.back}</a>`;
}

function fieldsOf(act: PersonAct, videos: readonly ShownVideo[], words: PersonWords): Markup | string {
  if (act === "erase") return "";
  if (act === "revoke") {
    return markup`<label class="check"><input type="checkbox" name="deleteOutputs" value="yes" /><span>${words.revoke.deletes}</span></label>`;
  }
  const { about, everything, what, contact, contactHint } = words.report;
  const options = videos.map(
    ({ id, createdAt, state }) =>
      markup`<option value="${id}">${words.day(createdAt)}: ${words.videos.states[state]}</option>`,
  );
  return markup`<label>${about}<select name="renderId"><option value="">${everything}</option>${options}</select></label>
    <label>${what}<textarea name="text" rows="6" maxlength="4000" required></textarea></label>
    <label>${contact}<input type="text" name="contact" maxlength="200" autocomplete="email" placeholder="${contactHint}" /></label>`;
}

function consentOf(consent: ShownConsent, words: PersonWords): Markup {
  const { statement, method, operator, use, channels, createdAt, expiresAt, state, revokedAt } = consent;
  const { consents, day } = words;
  const facts: readonly (readonly [string, string])[] = [
    [consents.use, use],
    [consents.channels, channels.length === 0 ? consents.anywhere : channels.join(", ")],
    [consents.since, day(createdAt)],
    [consents.until, expiresAt === undefined ? consents.noEnd : day(expiresAt)],
  ];
  return markup`<article>
    <p class="state state-${state.replace(" ", "-")}">${revokedAt === undefined ? consents.states[state] : consents.revoked(day(revokedAt))}</p>
    <blockquote lang="${statement.language}">${statement.text}</blockquote>
    <p class="dim small">${consents.source(method, operator)}</p>
    <dl>${facts.map(([term, text]) => markup`<dt>${term}</dt><dd>${text}</dd>`)}</dl>
  </article>`;
}

function videoOf({ createdAt, state, label, path }: ShownVideo, { videos, day }: PersonWords): Markup {
  return markup`<li><div><p><strong>${day(createdAt)}</strong> · ${videos.states[state]}</p>
    ${path === undefined ? "" : markup`<p class="dim small">${videos.labels[label]}</p>`}</div>
    ${path === undefined ? "" : markup`<a class="watch" href="..${path}" rel="noreferrer">${videos.watch}</a>`}</li>`;
}

/** A page of this kind around what it is about. Pure. */
export function wholePage(
  title: string,
  main: Markup,
  { words, contact }: PageFrame,
  footer: Markup | string = "",
): string {
  return markup`<!doctype html>
<html lang="${words.language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex, nofollow" />
    <meta name="referrer" content="no-referrer" />
    <title>${title}</title>
    <style>${trusted(personStyle)}</style>
  </head>
  <body>
    <header><p class="kicker">${words.kicker}</p><h1>${title}</h1></header>
    <main>${main}</main>
    <footer>${contact === "" ? "" : markup`<p>${words.footer(contact)}</p>`}${footer}</footer>
  </body>
</html>
`.text;
}
