import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { configSchema, type Config } from "#config/index.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { artefactClasses } from "./artefact-classes.js";
import { serviceClasses } from "./service-classes.js";
import { privacyPage } from "./privacy-page.js";

const database = shareTestDatabase();

const page = (values: object = {}) =>
  privacyPage(configSchema.parse({ dataFolder: "DATA_FOLDER", ...values }) as Config);

test("docs/privacy.md is the page of the default configuration", () => {
  const docs = readFileSync(new URL("../../../../docs/privacy.md", import.meta.url), "utf8");
  // To write it again: understudy privacy with dataFolder DATA_FOLDER.
  expect(docs).toBe(page());
});

describe("the privacy page", () => {
  it("says what the configuration says", () => {
    const text = page({
      dataFolder: "/srv/understudy",
      contact: "privacy@example.org",
      retention: { outputDays: 30, evidenceDays: 1 },
      seal: { timestampUrl: "https://time.example.org/tsa" },
    });
    expect(text).toContain("**Contact:** privacy@example.org");
    expect(text).toContain("/srv/understudy/consents");
    expect(text).toContain("30 days, if they are unchanged");
    expect(text).toContain("30 days after the render ended");
    expect(text).toContain("/srv/understudy/owners/OWNER");
    expect(text).toContain("1 day after the consent ended");
    expect(text).toContain("https://time.example.org/tsa is asked twice");
    expect(text).not.toContain("no network connection is made");
    expect(page()).toContain("no network connection is made");
    const cloning = page({ voice: { engine: "endpoint:https://voices.example.org/v2/abc" } });
    expect(cloning).toContain("go to https://voices.example.org/v2/abc. Of itself nothing else.");
    expect(cloning).not.toContain("no network connection is made");
  });

  it("lets no value of the configuration draw a table or a link of its own", () => {
    const text = page({ contact: "a | b\n# Headline [x](y)", dataFolder: "/srv/a|b" });
    expect(text).not.toMatch(/^# Headline/m);
    expect(text).toContain("a \\| b # Headline \\[x\\](y)");
    const rows = text.split("\n").filter((line) => line.startsWith("| "));
    const columns = new Set(rows.map((line) => line.split(/(?<!\\)\|/).length - 2));
    expect([...columns].sort()).toEqual([2, 3, 6]);
  });

  it("names every table of the service", async () => {
    const { pool } = database();
    const { rows } = await pool.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'understudy'",
    );
    // Where the service listens, and which migrations were run.
    const ofNobody = new Set(["service_address", "migration"]);
    const unnamed = rows
      .map(({ name }) => name)
      .filter((name) => !ofNobody.has(name) && !page().includes(`\`${name}\``));
    expect(rows.length).toBeGreaterThan(15);
    expect(unnamed).toEqual([]);
  });

  it("has a whole row for every class", () => {
    const config = configSchema.parse({}) as Config;
    const classes = [...artefactClasses(config), ...serviceClasses(config)];
    expect(classes).toHaveLength(31);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(31);
    for (const each of classes) for (const text of Object.values(each)) expect(text).not.toBe("");
  });
});
