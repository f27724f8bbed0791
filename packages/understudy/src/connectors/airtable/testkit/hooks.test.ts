import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openHookSample, type HookSample, type SampleHook } from "./hook-sample.js";
import { openSample, type Sample } from "./sample.js";

const day = 24 * 60 * 60_000;

let sample: Sample;
let hooks: HookSample;

beforeEach(async () => {
  sample = await openSample();
  hooks = await openHookSample(sample);
});

afterEach(async () => {
  await sample.standIn.close();
  await hooks.close();
});

describe("webhooks of the stand-in", () => {
  it("are told with a word that is signed, and not what happened", async () => {
    const hook = await hooks.create();
    sample.standIn.addRecord(sample.tableId, { Name: "Ada" });
    await sample.standIn.notificationsSettled();
    const [ping] = hooks.pings;
    expect(JSON.parse(String(ping?.text))).toEqual({
      base: { id: sample.baseId },
      webhook: { id: hook.id },
      timestamp: "2026-01-01T00:00:00.000Z",
    });
    const mac = createHmac("sha256", Buffer.from(hook.macSecretBase64, "base64")).update(String(ping?.text));
    expect(ping?.mac).toBe(`hmac-sha256=${mac.digest("hex")}`);
  });

  it("end after seven days that nobody asked, and are forgotten after seven more", async () => {
    const hook = await hooks.create();
    expect(hook.expirationTime).toBe("2026-01-08T00:00:00.000Z");
    sample.wait(6 * day);
    expect(await sample.ask("POST", hooks.path(`/${hook.id}/refresh`))).toEqual({
      status: 200,
      body: { expirationTime: "2026-01-14T00:00:00.000Z" },
    });
    sample.wait(6 * day);
    await hooks.news(hook);
    sample.standIn.addRecord(sample.tableId, {});
    sample.wait(6 * day);
    expect(await hooks.stateOf(hook)).toMatchObject({ isHookEnabled: true, cursorForNextPayload: 2 });

    sample.wait(day);
    sample.standIn.addRecord(sample.tableId, {});
    expect(await hooks.stateOf(hook)).toMatchObject({ isHookEnabled: false, cursorForNextPayload: 2 });
    expect((await sample.ask("POST", hooks.path(`/${hook.id}/refresh`))).status).toBe(404);
    expect(await hooks.news(hook)).toEqual({ payloads: [], cursor: 1, mightHaveMore: false });
    sample.wait(7 * day);
    expect(await sample.ask("GET", hooks.path(`/${hook.id}/payloads`))).toEqual({
      status: 404,
      body: { error: "NOT_FOUND" },
    });
  });

  it("are not told what is lost on the way, and it is still there", async () => {
    const hook = await hooks.create();
    sample.standIn.deliverNotifications(false);
    sample.standIn.addRecord(sample.tableId, {});
    await sample.standIn.notificationsSettled();
    expect(hooks.pings).toEqual([]);
    expect((await hooks.news(hook)).payloads).toHaveLength(1);
  });

  it("are not told any more after too many failures, until somebody asks for it", async () => {
    const hook = await hooks.create();
    hooks.answer.status = 503;
    sample.standIn.addRecord(sample.tableId, {});
    await sample.standIn.notificationsSettled();
    expect(await hooks.stateOf(hook)).toMatchObject({
      areNotificationsEnabled: true,
      lastNotificationResult: {
        success: false,
        error: { message: "The HTTP request returned a 503 status code instead of 200 or 204" },
        willBeRetried: true,
      },
    });
    for (let retry = 1; retry <= 13; retry += 1) {
      sample.standIn.retryNotifications();
      await sample.standIn.notificationsSettled();
    }
    expect(hooks.pings).toHaveLength(14);
    expect(await hooks.stateOf(hook)).toMatchObject({ areNotificationsEnabled: false, isHookEnabled: true });
    hooks.answer.status = 200;
    sample.standIn.addRecord(sample.tableId, {});
    await sample.standIn.notificationsSettled();
    expect(hooks.pings).toHaveLength(14);
    expect((await hooks.news(hook)).payloads).toHaveLength(2);

    expect(await sample.ask("POST", hooks.path(`/${hook.id}/enableNotifications`), { enable: true })).toEqual({
      status: 200,
      body: undefined,
    });
    sample.standIn.addRecord(sample.tableId, {});
    await sample.standIn.notificationsSettled();
    expect(hooks.pings).toHaveLength(15);
    expect(await hooks.stateOf(hook)).toMatchObject({ lastNotificationResult: { success: true, retryNumber: 0 } });
  });

  it.each(["https://127.0.0.1:1/x", "http://127.0.0.1:1/x"])(
    "keep what happened when %s cannot be told",
    async (url) => {
      const specification = { options: { filters: { dataTypes: ["tableData"] } } };
      const { body } = await sample.ask("POST", hooks.path(), { notificationUrl: url, specification });
      sample.standIn.addRecord(sample.tableId, {});
      await sample.standIn.notificationsSettled();
      expect(await hooks.stateOf(body as SampleHook)).toMatchObject({
        cursorForNextPayload: 2,
        lastNotificationResult: { success: false, error: { message: "The HTTP request could not be sent" } },
      });
    },
  );

  it("are ten at most in a base, and only of what is there", async () => {
    const unknown = { filters: { dataTypes: ["tableData"], watchDataInFieldIds: ["fld00000000000000"] } };
    const refused = [
      await sample.ask("POST", hooks.path(), { specification: { options: unknown } }),
      await sample.ask("POST", hooks.path(), { specification: { options: { filters: { dataTypes: ["x"] } } } }),
    ];
    const made = await Promise.all(Array.from({ length: 10 }, () => hooks.create()));
    const specification = { options: { filters: { dataTypes: ["tableData"] } } };
    refused.push(await sample.ask("POST", hooks.path(), { specification }));
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422]);
    expect(refused[2]?.body).toMatchObject({ error: { type: "TOO_MANY_WEBHOOKS_IN_BASE" } });

    expect(await sample.ask("DELETE", hooks.path(`/${made[0]?.id}`))).toEqual({ status: 200, body: undefined });
    expect((await sample.ask("POST", hooks.path(), { specification })).status).toBe(200);
  });
});
