import { describe, expect, test } from "vitest";
import { sharePeopleWorld, type PeopleWorld } from "#people/testing/people-world.js";

const shared = sharePeopleWorld();

/** A person with two videos, at their page. */
async function visit(world: PeopleWorld = shared(), name = "jo") {
  const owner = await world.newOwner();
  const { ownerId } = owner;
  const consent = await world.consent(owner, name);
  const subjectId = consent.subject.id;
  const finished = await world.render(owner, consent, { state: "finished" });
  const waiting = await world.render(owner, consent, { state: "queued" });
  const { token } = await world.service.personLinks.make({ ownerId, subjectId });
  const open = async (path = "") => {
    const answer = await world.api.request(`/me/${token}${path}`);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const send = async (act: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const answer = await world.api.request(`/me/${token}/${act}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...headers },
      body: new URLSearchParams(form).toString(),
    });
    return { status: answer.status, text: await answer.text() };
  };
  return { world, owner, ownerId, subjectId, consent, finished, waiting, token, open, send };
}

describe("the page for the person in the photo", () => {
  test("says who asked, what was agreed to, what was made and how it is marked", async () => {
    const { consent, finished, open } = await visit();
    const { status, text } = await open();
    expect(status).toBe(200);
    for (const words of [
      "Sam Operator answers for these videos",
      consent.statement.text,
      "personalised product videos",
      "1 January 2027",
      "Waiting to be made",
      `href="..${finished.files?.[0]?.path}"`,
      "AI MODIFIED",
      "help@example.com",
    ]) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain("<script");
  });

  test("is seen by nobody else: no cache, no referrer, no index, no frame, no script", async () => {
    const { open } = await visit();
    const { headers } = await open();
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-robots-tag")).toContain("noindex");
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  test("takes nobody's words for markup", async () => {
    const { open } = await visit(shared(), `<img src=x onerror="alert(1)">`);
    const world = shared();
    const owner = await world.newOwner();
    const body = {
      subject: { name: "Jo" },
      photos: [{ sha256: "a".repeat(64) }],
      ageConfirmed: true,
      operator: "<b>Sam",
      use: "</dd><script>alert(1)</script>",
      statement: { text: "</blockquote><i>", language: "en" },
    };
    const { personUrl } = (await (await owner.ask("POST", "/v1/consents", body)).json()) as { personUrl: string };
    const text = await (await world.api.request(new URL(personUrl).pathname)).text();
    for (const page of [text, (await open()).text]) expect(page).not.toMatch(/<(b|i|img|script)\b/);
    expect(text).toContain("&lt;script&gt;");
  });

  test("is the same calm page for every address that leads nowhere", async () => {
    const { world, token, ownerId, subjectId, open } = await visit();
    const pages = [];
    for (const wrong of ["x", "a".repeat(32), `${token}0`]) {
      for (const path of [wrong, `${wrong}/erase`, `${wrong}/what/ever`]) {
        const answer = await world.api.request(`/me/${path}`);
        pages.push(`${answer.status} ${await answer.text()}`);
      }
    }
    await world.service.personLinks.revoke({ ownerId, subjectId });
    pages.push(`404 ${(await open()).text}`);
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toMatch(/^404 [\s\S]*There is nothing at this address/);
  });

  test("asks before it does anything", async () => {
    const { world, ownerId, consent, open } = await visit();
    for (const act of ["revoke", "erase", "report"]) {
      const { status, text } = await open(`/${act}`);
      expect(status).toBe(200);
      expect(text).toContain(`<form method="post" action="${act}">`);
    }
    expect(await world.service.dataOf(ownerId).consents.get(consent.id)).not.toHaveProperty("revocation");
  });

  test.each<[string, Record<string, string>]>([
    ["of another site", { "sec-fetch-site": "cross-site" }],
    ["of another page of the same site", { "sec-fetch-site": "same-site" }],
    ["of another origin, in a browser that says no more", { "sec-fetch-site": "", origin: "https://evil.example" }],
  ])("does nothing for a form %s", async (_what, headers) => {
    const { world, ownerId, consent, send } = await visit();
    for (const act of ["revoke", "erase", "report"]) expect((await send(act, { text: "x" }, headers)).status).toBe(403);
    expect(await world.service.dataOf(ownerId).consents.get(consent.id)).not.toHaveProperty("revocation");
    expect(await world.service.reports.list(ownerId, { limit: 10 })).toEqual([]);
  });

  test("takes the consent back: what waits is stopped, and the page says so from then on", async () => {
    const { world, ownerId, waiting, finished, open, send } = await visit();
    const { status, text } = await send("revoke");
    expect(status).toBe(200);
    expect(text).toContain("One video that was being made has been stopped");
    expect(await world.service.renders.get(ownerId, waiting.id)).toMatchObject({ state: "cancelled" });
    const page = (await open()).text;
    expect(page).toContain("Taken back on 1 January 2027");
    expect(page).not.toContain("/revoke");
    expect(page).toContain(finished.files![0]!.path);
  });

  test("removes the videos too, when the person wants that", async () => {
    const { world, finished, open, send } = await visit();
    expect((await send("revoke", { deleteOutputs: "yes" })).status).toBe(200);
    expect((await open()).text).not.toContain(finished.files![0]!.path);
    expect(await world.service.artifacts.list(`renders/${finished.id}/`)).toEqual([]);
  });

  test("erases everything, and ends with it", async () => {
    const { world, ownerId, consent, open, send } = await visit();
    const { status, text } = await send("erase");
    expect(status).toBe(200);
    expect(text).toContain("a second look found nothing of yours");
    expect(await world.service.dataOf(ownerId).consents.get(consent.id)).toBeUndefined();
    expect((await open()).status).toBe(404);
    expect((await send("erase")).status).toBe(404);
  });

  test("has nothing to erase for somebody of whom nothing is on record any more", async () => {
    const { world, ownerId, consent, finished, waiting, send } = await visit();
    const { consents, renders } = world.service.dataOf(ownerId);
    await consents.erase(consent.id);
    await renders.erase(finished.id);
    await world.service.database.pool.query("delete from understudy.render where id = any($1)", [
      [finished.id, waiting.id],
    ]);
    expect(await send("erase")).toMatchObject({ status: 200, text: expect.stringContaining("0 things were removed") });
  });

  test("takes a report about one of the person's videos, and no other", async () => {
    const { world, owner, ownerId, subjectId, finished, send } = await visit();
    const stranger = await visit();
    const { text } = await send("report", {
      text: " Why me?\u0000 ",
      contact: "jo@example.com",
      renderId: finished.id,
    });
    expect(text).toContain("Somebody has to look at it by 3 January 2027");
    await send("report", { text: "And this?", renderId: stranger.finished.id });
    const reports = await world.service.reports.list(ownerId, { limit: 10 });
    const about = { subjectId, text: "Why me?", contact: "jo@example.com", renderId: finished.id };
    expect(reports).toContainEqual(expect.objectContaining(about));
    expect(reports.find((report) => report.text === "And this?")).not.toHaveProperty("renderId");
    expect((await world.told(owner)).map(({ type }) => type)).toEqual(["report.created", "report.created"]);
  });

  test("asks again for a report that says nothing, and takes no more than can be answered", async () => {
    const { world, ownerId, subjectId, send } = await visit();
    expect(await send("report", { text: "  " })).toMatchObject({
      status: 400,
      text: expect.stringContaining("Please say what is wrong"),
    });
    for (let each = 0; each < 20; each += 1) await world.service.reports.add({ ownerId, subjectId, text: "x" });
    expect((await send("report", { text: "one more" })).status).toBe(429);
  });

  test("cuts off what is too long, and does not take a form without end", async () => {
    const { world, ownerId, send } = await visit();
    await send("report", { text: "é".repeat(5000), contact: "c".repeat(500) });
    const [report] = await world.service.reports.list(ownerId, { limit: 1 });
    expect([report?.text.length, report?.contact?.length]).toEqual([4000, 200]);
    expect((await send("report", { text: "x".repeat(70_000) })).status).toBe(400);
  });
});
