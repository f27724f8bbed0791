import type { Context } from "hono";
import { isRenderId, UnderstudyError } from "@understudy/render";
import { erasePerson, type PersonErased } from "#people/erase-person.js";
import type { PersonPage } from "#people/person-links.js";
import {
  actPage,
  againPage,
  donePage,
  nothingHerePage,
  personActs,
  personPage,
  type PageFrame,
  type PersonAct,
} from "#people/person-page.js";
import { viewPerson } from "#people/person-view.js";
import { englishWords } from "#people/person-words.js";
import { revokeConsent } from "#people/revoke-consent.js";
import type { AddRoutes, ApiEnv } from "#server/api.js";
import type { Service } from "#server/service.js";
import { answerPage, readForm, storable } from "./public-pages.js";

/** Open reports of one person; whoever has more to say is answered first. */
const maxOpenReports = 20;

/** A person at their page. */
interface Visit {
  readonly context: Context<ApiEnv>;
  readonly token: string;
  readonly page: PersonPage;
  readonly frame: PageFrame;
  readonly service: Service;
}

/**
 * `/me/TOKEN`: the page for the person in the photo, without a login. Whoever has the token may do everything there, so it stands
 * in no log and no referrer; a form counts only when it was sent from the page itself.
 */
export const addPersonRoutes: AddRoutes = (api, service) => {
  const frame = { words: englishWords, contact: service.config.contact };
  const visiting = (answer: (visit: Visit) => Promise<Response>) => async (context: Context<ApiEnv>) => {
    const token = context.req.param("token") ?? "";
    const page = await service.personLinks.find(token);
    return page === undefined ? nothingHere(context, frame, service) : answer({ context, token, page, frame, service });
  };

  api.get(
    "/me/:token",
    visiting(async ({ context, token, page }) =>
      answerPage(context, personPage(await viewPerson(page, service), token, frame)),
    ),
  );
  for (const act of personActs) {
    api.get(
      `/me/:token/${act}`,
      visiting(async ({ context, token, page }) =>
        answerPage(context, actPage(act, await viewPerson(page, service), token, frame)),
      ),
    );
    api.post(
      `/me/:token/${act}`,
      visiting(async (visit) => {
        const { context } = visit;
        if (!isFromHere(context, service)) return refused(context, frame);
        return acts[act](visit, await readForm(context));
      }),
    );
  }
  api.get("/me/*", (context) => nothingHere(context, frame, service));
};

const acts: Readonly<Record<PersonAct, (visit: Visit, form: URLSearchParams) => Promise<Response>>> = {
  async revoke({ context, token, page, frame, service }, form) {
    const { consents } = await viewPerson(page, service);
    const deletesOutputs = form.get("deleteOutputs") === "yes";
    let stopped = 0;
    // Also those that were taken back: what was made under them may still be there.
    for (const { id } of consents) {
      const order = { ownerId: page.ownerId, consentId: id, revokedBy: "the person", deletesOutputs };
      stopped += (await revokeConsent(order, service)).stoppedRenders.length;
    }
    const { doneTitle, done } = frame.words.revoke;
    return answerPage(context, donePage(doneTitle, done(stopped), token, frame));
  },
  async erase({ context, token, page, frame, service }) {
    const { outcome, counts } = await erasePerson({ ...page, isDryRun: false }, service).catch(nothingKept);
    if (outcome === "incomplete") return answerPage(context, againPage(token, frame), 503);
    const { doneTitle, done } = frame.words.erase;
    const removed = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return answerPage(context, donePage(doneTitle, done(removed), undefined, frame));
  },
  async report({ context, token, page, frame, service }, form) {
    const { words } = frame;
    const view = await viewPerson(page, service);
    const again = (problem: string, status: 400 | 429) =>
      answerPage(context, actPage("report", view, token, frame, problem), status);
    const text = storable(form.get("text"), 4000);
    if (text === "") return again(words.report.empty, 400);
    const open = await service.reports.list(page.ownerId, { isOpen: true, limit: 1000 });
    if (open.filter(({ subjectId }) => subjectId === page.subjectId).length >= maxOpenReports) {
      return again(words.report.tooMany, 429);
    }
    const renderId = form.get("renderId") ?? "";
    const isTheirs = isRenderId(renderId) && view.videos.some(({ id }) => id === renderId);
    const contact = storable(form.get("contact"), 200);
    const about = { ...(isTheirs && { renderId }), ...(contact !== "" && { contact }) };
    const { answerDueAt } = await service.reports.add({ ...page, text, ...about });
    const { doneTitle, done } = words.report;
    return answerPage(context, donePage(doneTitle, done(words.day(answerDueAt.toISOString())), token, frame));
  },
};

/** The last record may have ended before the address did. */
function nothingKept(
  thrown: unknown,
): Pick<PersonErased, "outcome"> & { readonly counts: Partial<PersonErased["counts"]> } {
  if (thrown instanceof UnderstudyError && thrown.code === "unknown-subject") return { outcome: "erased", counts: {} };
  throw thrown;
}

/**
 * Whether a form was sent from a page of this service. The token is the actual protection, since nobody else knows the address;
 * this keeps an old tab of another site from doing harm with an address that leaked. Pages without a referrer send their forms
 * with `Origin: null` (Fetch, "append a request Origin header"), so a browser that says no more is let through.
 */
function isFromHere(context: Context<ApiEnv>, service: Service): boolean {
  const site = context.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin";
  const origin = context.req.header("origin");
  return origin === undefined || origin === "null" || origin === new URL(service.publicUrl()).origin;
}

function nothingHere(context: Context<ApiEnv>, frame: PageFrame, service: Service): Response {
  return answerPage(context, nothingHerePage(`${service.publicUrl()}/report`, frame), 404);
}

function refused(context: Context<ApiEnv>, frame: PageFrame): Response {
  const { title, text } = frame.words.refused;
  return answerPage(context, donePage(title, text, undefined, frame), 403);
}
