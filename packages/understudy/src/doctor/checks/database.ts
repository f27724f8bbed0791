import { ok, trouble, type Finding } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";
import type { Database } from "#postgres/database.js";
import { readMigrations } from "#postgres/migrate.js";
import { clockFinding } from "./clock.js";

const oldestMajor = 14;

/** The private database of the data folder, or that of DATABASE_URL: its version, tables and clock. */
export const databaseCheck: Check = {
  id: "database",
  part: "the database",
  async examine({ config, io, probes }) {
    const isGiven = (io.env["DATABASE_URL"] ?? "") !== "";
    const database = await probes.openDatabase(config, io, () => undefined);
    try {
      const { rows } = await database.pool.query<{ version: string; major: number }>(
        "select current_setting('server_version') as version, current_setting('server_version_num')::integer / 10000 as major",
      );
      const { version = "unknown", major = 0 } = rows[0] ?? {};
      const evidence = `PostgreSQL ${version}, ${isGiven ? "of DATABASE_URL" : "private to the data folder"}`;
      if (major < oldestMajor) {
        const remedy = `Use PostgreSQL ${oldestMajor} or newer, or leave DATABASE_URL out.`;
        return [trouble("error", "database", "The database is too old.", { evidence, remedy })];
      }
      const first = ok("database", "The database answers.", evidence);
      return [first, await tablesFinding(database), await databaseClock(database, () => io.now())];
    } finally {
      await database.close();
    }
  },
};

async function tablesFinding({ pool }: Database): Promise<Finding> {
  const ours = await readMigrations();
  const { rows: there } = await pool.query<{ has: boolean }>(
    "select to_regclass('understudy.migration') is not null as has",
  );
  const hasTables = there[0]?.has === true;
  const { rows: applied } = hasTables
    ? await pool.query<{ name: string; sha256: string }>(
        "select name, sha256 from understudy.migration order by number",
      )
    : { rows: [] };
  const strange = applied.find(({ sha256 }, index) => ours[index]?.sha256 !== sha256);
  if (strange !== undefined) {
    return trouble("error", "tables", "Another release made the tables.", {
      evidence: `${strange.name} is not what this release has`,
      remedy: "Install the release that made them, or a later one; tables cannot be taken back.",
    });
  }
  const missing = ours.length - applied.length;
  if (missing === 0) return ok("tables", "The tables are those of this release.", migrationsInWords(applied.length));
  const what = applied.length === 0 ? "There are no tables yet" : "The tables are those of an earlier release";
  return ok("tables", `${what}; the service makes them when it starts.`, `${migrationsInWords(missing)} to come`);
}

function migrationsInWords(count: number): string {
  return `${count} ${count === 1 ? "migration" : "migrations"}`;
}

async function databaseClock({ pool }: Database, now: () => Date): Promise<Finding> {
  const before = now().getTime();
  const { rows } = await pool.query<{ now: Date }>("select clock_timestamp() as now");
  const middle = (before + now().getTime()) / 2;
  return clockFinding("database-clock", "database", rows[0]?.now, middle, { warning: 5, error: 60 });
}
