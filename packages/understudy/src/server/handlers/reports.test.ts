import { describe, expect, test } from "vitest";
import { sharePeopleWorld } from "#people/testing/people-world.js";

const shared = sharePeopleWorld();

describe("/v1/reports", () => {
  test("lists what people reported, with the time to answer, and closes it", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const { id } = await world.service.reports.add({
      ownerId: owner.ownerId,
      text: "This is me.",
      contact: "jo@example.com",
    });
    const list = async (query = "") => (await owner.ask("GET", `/v1/reports${query}`)).json();
    const createdAt = world.clock.now.toISOString();
    const answerDueAt = new Date(world.clock.now.getTime() + 48 * 3_600_000).toISOString();
    const report = { id, text: "This is me.", contact: "jo@example.com", createdAt, answerDueAt };
    expect(await list("?state=open")).toEqual({ reports: [report] });

    expect(await (await other.ask("GET", "/v1/reports")).json()).toEqual({ reports: [] });
    expect((await other.ask("POST", `/v1/reports/${id}/close`)).status).toBe(404);
    for (const _twice of [1, 2]) expect((await owner.ask("POST", `/v1/reports/${id}/close`)).status).toBe(204);
    expect(await list("?state=open")).toEqual({ reports: [] });
    expect(await list()).toEqual({ reports: [{ ...report, closedAt: createdAt }] });
  });

  test("tells the owner's endpoints that there is one, and nothing that it says", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const { id, answerDueAt } = await world.service.reports.add({
      ownerId: owner.ownerId,
      text: "Secret words",
      contact: "jo@example.com",
    });
    expect(await world.told(owner)).toEqual([
      expect.objectContaining({
        type: "report.created",
        data: { reportId: id, answerDueAt: answerDueAt.toISOString() },
      }),
    ]);
  });
});
