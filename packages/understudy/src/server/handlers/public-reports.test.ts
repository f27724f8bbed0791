import { describe, expect, test } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";
import { sweepReports } from "#people/sweep-reports.js";
import { createApp } from "#server/create-app.js";

const shared = sharePeopleWorld();

/** Another process, which has counted no requests yet. */
function newSender() {
  const api = createApp(shared().service);
  const send = (body: object) =>
    api.request("/report", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const sendForm = (form: Record<string, string>) =>
    api.request("/report", { method: "POST", body: new URLSearchParams(form) });
  return { api, send, sendForm };
}

/** A finished video of somebody's, and what that owner is told. */
async function aVideo() {
  const world = shared();
  const owner = await world.newOwner();
  const consent = await world.consent(owner, "jo");
  const video = await world.render(owner, consent, { state: "finished" });
  const reports = () => world.service.reports.list(owner.ownerId, { limit: 100 });
  return { world, owner, video, subjectId: consent.subject.id, reports };
}

describe("a report without a key", () => {
  test("reaches whoever made the video, by its address or its id", async () => {
    const { world, owner, video, subjectId, reports } = await aVideo();
    const { send } = newSender();
    const path = video.files![0]!.path;
    for (const about of [`https://videos.example${path}`, path, video.id, `It is ${video.id}, I think.`]) {
      const answer = await send({ about, text: "This is me.", contact: "jo@example.com" });
      expect(answer.status).toBe(202);
    }
    const expected = { text: "This is me.", contact: "jo@example.com", renderId: video.id, subjectId };
    expect(await reports()).toEqual([1, 2, 3, 4].map(() => expect.objectContaining(expected)));
    expect((await world.told(owner)).map(({ type }) => type)).toEqual([1, 2, 3, 4].map(() => "report.created"));
  });

  test("about no video that is known goes to whoever runs the service, with the words that say what it is about", async () => {
    const { reports } = await aVideo();
    const { service } = shared();
    const { rows } = await service.database.pool.query<{ owner_id: string }>(
      "select owner_id from understudy.api_key where revoked_at is null order by created_at, id limit 1",
    );
    const { send } = newSender();
    for (const about of ["https://elsewhere.example/v/1", `/r/${"x".repeat(22)}/a.mp4`, "render_00000000000000ff"]) {
      await send({ about, text: "This is me." });
    }
    expect(await reports()).toEqual([]);
    const operators = await service.reports.list(rows[0]!.owner_id, { limit: 3 });
    expect(operators.map(({ text }) => text)).toContain("This is me.\n\nAbout: https://elsewhere.example/v/1");
    expect(operators[0]).not.toHaveProperty("renderId");
  });

  test("is answered with the same words, whether the video is known or not", async () => {
    const { video } = await aVideo();
    const { send, sendForm } = newSender();
    const answers = await Promise.all(
      [video.id, "render_00000000000000ff"].map((about) => send({ about, text: "Me." })),
    );
    const told = await Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`));
    expect(told[0]).toBe(told[1]);
    expect(JSON.parse(told[0]!.slice(4))).toEqual({ answerDueAt: dueAt() });
    const pages = await Promise.all([video.id, "x"].map((about) => sendForm({ about, text: "Me." })));
    const shown = await Promise.all(pages.map(async (answer) => `${answer.status} ${await answer.text()}`));
    expect(shown[0]).toBe(shown[1]);
    expect(shown[0]).toMatch(/^202 [\s\S]*Your report has arrived/);
  });

  test("can be written on a page without script, which is kept and framed by nobody", async () => {
    const { api, sendForm } = newSender();
    const page = await api.request("/report");
    const text = await page.text();
    expect([page.status, page.headers.get("cache-control"), page.headers.get("x-frame-options")]).toEqual([
      200,
      "no-store",
      "DENY",
    ]);
    expect(text).toContain('<form method="post" action="report">');
    expect(text).toContain("help@example.com");
    expect(text).not.toContain("<script");
    const empty = await sendForm({ text: "  " });
    expect([empty.status, await empty.text()]).toEqual([400, expect.stringContaining("Please say what is wrong.")]);
  });

  test("is found from every address that leads nowhere", async () => {
    const { api } = newSender();
    for (const path of ["/me/nobody", `/r/${"x".repeat(22)}/a.mp4`]) {
      const text = await (await api.request(path, { headers: { accept: "text/html" } })).text();
      expect(text).toContain('href="http://service.test/report"');
    }
  });

  test("is one of five that an address may send each minute", async () => {
    const { send, sendForm } = newSender();
    const statuses = [];
    for (let number = 1; number <= 6; number++) statuses.push((await send({ text: `${number}` })).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    const page = await sendForm({ text: "7" });
    expect([page.status, page.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
  });

  test.each([
    ["neither JSON nor a form", "text/plain", "Me.", 415],
    ["without words", "application/json", "{}", 400],
    ["with unknown fields", "application/json", '{"text": "Me.", "ownerId": "owner_0"}', 400],
    ["with a zero character", "application/json", '{"text": "\\u0000"}', 400],
  ])("%s is refused", async (_what, type, body, status) => {
    const headers = { "content-type": type };
    expect((await newSender().api.request("/report", { method: "POST", headers, body })).status).toBe(status);
  });

  test("is removed 30 days after it was answered, and not before", async () => {
    const { world, owner, reports } = await aVideo();
    const { service } = world;
    const [answered] = [
      await service.reports.add({ ownerId: owner.ownerId, text: "Who?" }),
      await service.reports.add({ ownerId: owner.ownerId, text: "Why?" }),
    ];
    await service.reports.close(owner.ownerId, answered.id);
    const after = (days: number) => new Date(world.clock.now.getTime() + days * 86_400_000);
    await sweepReports(service.database.pool, after(30));
    expect(await reports()).toHaveLength(2);
    await sweepReports(service.database.pool, after(30.01));
    expect((await reports()).map(({ text }) => text)).toEqual(["Why?"]);
  });
});

function dueAt(): string {
  return new Date(shared().clock.now.getTime() + 48 * 3_600_000).toISOString();
}
