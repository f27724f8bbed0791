import { UnderstudyError } from "@understudy/render";
import { describe, expect, it } from "vitest";
import { createServiceLog, type LogFacts, type ServiceLogOptions } from "./service-log.js";

const now = () => new Date("2026-01-02T03:04:05.678Z");

function openLog(options: Partial<ServiceLogOptions> = {}) {
  const lines: string[] = [];
  const log = createServiceLog({ stream: { write: (line) => void lines.push(line) }, now, ...options });
  return { log, lines };
}

/** The facts of a line as it was written. */
function written(facts: LogFacts, message = "done", options: Partial<ServiceLogOptions> = {}): Record<string, unknown> {
  const { log, lines } = openLog(options);
  log.info(facts, message);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

describe("the service's log", () => {
  it("writes one JSON object a line: level, time, facts, message", () => {
    const { log, lines } = openLog();
    log.info({ renderId: "render_0123456789abcdef", seconds: 1.5 }, "a line\nbreak");
    log.error({}, "failed");
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-02T03:04:05.678Z","renderId":"render_0123456789abcdef","seconds":1.5,"msg":"a line\\nbreak"}\n',
      '{"level":"error","time":"2026-01-02T03:04:05.678Z","msg":"failed"}\n',
    ]);
  });

  it("writes what is as grave as its level, and nothing when it is silent", () => {
    const told = (level: ServiceLogOptions["level"]) => {
      const { log, lines } = openLog({ level: level! });
      log.info({}, "i");
      log.warn({}, "w");
      log.error({}, "e");
      return lines.length;
    };
    expect([told("info"), told("warn"), told("error"), told("silent")]).toEqual([3, 2, 1, 0]);
  });

  it("leaves out what names a person unless it is asked for", () => {
    const facts = { renderId: "r", personal: { name: "Ada", source: "https://host/a.mp4?sig=1" } };
    expect(written(facts)).not.toHaveProperty("personal");
    expect(written(facts, "done", { personal: true })).toMatchObject({
      personal: { name: "Ada", source: "https://host/a.mp4?***" },
    });
  });

  it("keeps its own members apart from facts of the same name", () => {
    expect(written({ level: 3, time: 4, msg: "x" })).toMatchObject({ level: "info", level_: 3, time_: 4, msg_: "x" });
  });
});

describe("secrets in a log line", () => {
  it.each([
    ["an API key", "with us_abcDEF-123_456", "with us_***"],
    ["a webhook secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/=", "whsec_***"],
    ["a token of Airtable", "patAbCdEfGhIjKlMn.0123456789abcdef holds", "pat*** holds"],
    ["an authorization", "authorization: Bearer abc.def-ghi", "authorization: Bearer ***"],
    ["a basic one", "Basic dXNlcjpwYXNz, then", "Basic ***, then"],
    ["a query", "GET https://s3.test/b/a.mp4?X-Amz-Signature=1&b=2 failed", "GET https://s3.test/b/a.mp4?*** failed"],
    ["the query of a path", '"/v1/x?token=1"', '"/v1/x?***"'],
    ["a password", "postgres://ada:pass@host/db", "postgres://***@host/db"],
    ["a result's address", "https://host/r/S3cr3t_-x/video.mp4", "https://host/r/***/video.mp4"],
    ["a person's address", "/me/S3cr3t/revoke", "/me/***/revoke"],
    ["nothing secret", "Is it there? /v1/renders/render_1 a = b", "Is it there? /v1/renders/render_1 a = b"],
  ])("%s is masked in facts, lists, messages and errors", (_, text, masked) => {
    const cause = new Error(text);
    const line = written({ text, list: [{ text }], error: new Error("outer", { cause }) }, text);
    expect(line).toMatchObject({
      text: masked,
      list: [{ text: masked }],
      msg: masked,
      error: { cause: { message: masked } },
    });
    expect(JSON.stringify(line).includes(JSON.stringify(text).slice(1, -1))).toBe(masked === text);
  });

  it("are masked by the name of their member", () => {
    const facts = { headers: { Authorization: "abc", cookie: "def" }, clientSecret: "ghi", databasePassword: "jkl" };
    expect(written({ ...facts, fencingToken: 7, keyId: "key_1" })).toMatchObject({
      headers: { Authorization: "***", cookie: "***" },
      clientSecret: "***",
      databasePassword: "***",
      fencingToken: 7,
      keyId: "key_1",
    });
  });
});

describe("what a fact may be", () => {
  it("an error: its name, code, message, stack and cause, and no row of a table", () => {
    const error = new UnderstudyError("database-unavailable", "It is away.", {
      cause: Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (name)=(Ada) exists" }),
    });
    const line = written({ error });
    expect(line).toMatchObject({
      error: {
        code: "database-unavailable",
        message: "It is away.",
        stack: expect.stringContaining("service-log.test"),
        cause: { code: "23505", message: "duplicate key" },
      },
    });
    expect(JSON.stringify(line)).not.toContain("Ada");
  });

  it("anything else: dates, bytes, circles, long texts and lists end bounded", () => {
    const circle: Record<string, unknown> = { at: now(), bytes: new Uint8Array(9), big: 1n, none: () => 1 };
    circle["self"] = circle;
    const line = JSON.stringify(written({ circle, text: "x".repeat(100_000), list: Array(100_000).fill(1) }));
    expect(line).toContain('{"at":"2026-01-02T03:04:05.678Z","bytes":"9 bytes","big":"1","self":');
    expect(line.length).toBeLessThan(6000);
  });
});
