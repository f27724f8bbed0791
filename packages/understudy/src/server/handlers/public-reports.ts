import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createRateLimiter, rateHeaders } from "#access/rate-limit.js";
import { reportPage } from "#people/report-page.js";
import { donePage } from "#people/person-page.js";
import { englishWords } from "#people/person-words.js";
import { reportPublicly, type PublicReport } from "#people/report-publicly.js";
import { json, openRoute, problemResponse, type AddRoutes, type ApiEnv } from "#server/api.js";
import { addressOf } from "#server/gate.js";
import { Refusal } from "#server/refusal.js";
import { storableText } from "./field-schemas.js";
import { answerPage, storable } from "./public-pages.js";

/** Reports that one address may send each minute, and all addresses together: each is somebody's work. */
const perAddress = 5;
const perProcess = 60;

const tags = ["reports"];

/** What the page sent is answered with a page. */
function withPage<A extends { readonly content: object }>(answer: A) {
  return { ...answer, content: { ...answer.content, "text/html": { schema: z.string() } } };
}

const page = openRoute({
  method: "get",
  path: "/report",
  tags,
  summary: "A page on which anybody reports a problem",
  description: "Without a key: for whoever sees a video and is in it, or was never asked.",
  responses: { 200: { description: "The page.", content: { "text/html": { schema: z.string() } } } },
});

const wishSchema = z
  .strictObject({
    about: storableText(500)
      .optional()
      .openapi({ description: "Which video: the address of a result, the id of a render, or words." }),
    text: storableText(4000).openapi({ description: "What is wrong." }),
    contact: storableText(200).optional().openapi({ description: "How to reach you." }),
  })
  .openapi("PublicReport", { example: { about: "render_00000000000000ab", text: "This is me, and nobody asked me." } });

const line = z.string().optional();

/** What the page sends: no field is too long or empty for it, so that it is answered with the page and not with JSON. */
const formSchema = z.object({ about: line, text: line, contact: line }).openapi("PublicReportForm");

const send = openRoute({
  method: "post",
  path: "/report",
  tags,
  summary: "Report a problem without a key",
  description:
    "Whoever made the video has to answer within 48 hours; a report about no video that is known here goes to the operator. The answer is the same in both cases. The form of the page is answered with a page.",
  request: {
    body: {
      content: {
        "application/json": { schema: wishSchema },
        "application/x-www-form-urlencoded": { schema: formSchema },
      },
    },
  },
  responses: {
    202: withPage(
      json(z.object({ answerDueAt: z.iso.datetime() }).openapi("PublicReportTaken"), "It has arrived.", {
        answerDueAt: "2026-01-03T00:00:00.000Z",
      }),
    ),
    400: withPage({ ...problemResponse, description: "It says nothing, or cannot be read." }),
    415: { ...problemResponse, description: "It is neither JSON nor a form." },
    429: withPage({ ...problemResponse, description: "Too many reports; some minutes later there is room again." }),
  },
});

/** `/report`: problems that people without a key report. */
export const addPublicReportsRoutes: AddRoutes = (api, service) => {
  const limiter = createRateLimiter();
  const { publicReport, report, day } = englishWords;
  const frame = { words: { ...englishWords, kicker: publicReport.kicker }, contact: service.config.contact };

  /** @returns seconds to wait; undefined: it may be taken. */
  const waitOf = (context: Context<ApiEnv>): number | undefined => {
    const own = limiter.take(`address ${addressOf(context)}`, perAddress);
    const verdict = own.isAdmitted ? limiter.take("all", perProcess) : own;
    if (verdict.isAdmitted) return undefined;
    Object.assign(context.get("answerHeaders"), rateHeaders(verdict));
    return verdict.waitSeconds;
  };

  const takeForm = async (context: Context<ApiEnv>, form: z.infer<typeof formSchema>): Promise<Response> => {
    const [about, text, contact] = [storable(form.about, 500), storable(form.text, 4000), storable(form.contact, 200)];
    if (text === "") return answerPage(context, reportPage(frame, report.empty), 400);
    if (waitOf(context) !== undefined) return answerPage(context, reportPage(frame, publicReport.tooMany), 429);
    const wish: PublicReport = { text, ...(about !== "" && { about }), ...(contact !== "" && { contact }) };
    const { answerDueAt } = await reportPublicly(wish, service);
    const done = report.done(day(answerDueAt.toISOString()));
    return answerPage(context, donePage(report.doneTitle, done, undefined, frame), 202);
  };

  api.openapi(page, (context) => answerPage(context, reportPage(frame)));
  api.openapi(send, async (context) => {
    const type = context.req.header("content-type") ?? "";
    if (type.startsWith("application/x-www-form-urlencoded")) return takeForm(context, context.req.valid("form"));
    if (!type.startsWith("application/json")) {
      throw new Refusal(415, "bad-request", "A report is JSON or a form.", {
        hint: "Send JSON with `Content-Type: application/json`.",
      });
    }
    const wait = waitOf(context);
    if (wait !== undefined) {
      throw new Refusal(429, "rate-limited", `There were too many reports; the next one is taken in ${wait} s.`);
    }
    const { answerDueAt } = await reportPublicly(context.req.valid("json") as PublicReport, service);
    return context.json({ answerDueAt: answerDueAt.toISOString() }, 202);
  });
};
