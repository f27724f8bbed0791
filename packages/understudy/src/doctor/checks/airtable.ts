import { createAirtableDesk } from "#connectors/airtable/connections/airtable-desk.js";
import { checkConnection } from "#connectors/airtable/connections/check-connection.js";
import { ok, type Finding } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";
import type { Database } from "#postgres/database.js";

/** The tables in Airtable that are connected: Airtable is asked about each. */
export const airtableCheck: Check = {
  id: "airtable",
  part: "the connections to Airtable",
  async examine({ config, io, probes }) {
    // That it does not open is the finding of the database's own check.
    const database = await probes.openDatabase(config, io, () => undefined).catch(() => undefined);
    if (database === undefined) return [];
    try {
      const desk = createAirtableDesk({ database, config, io });
      const connections = (await hasTable(database)) ? await desk.connections.list() : [];
      if (connections.length === 0) return [ok("airtable", "No table in Airtable is connected.", "nothing to look at")];
      const findings: Finding[] = [];
      for (const connection of connections) {
        findings.push(...(await checkConnection(connection, { ...desk, now: () => io.now() })));
      }
      return findings;
    } finally {
      await database.close();
    }
  },
};

/** An earlier release made the tables, or nobody did yet. */
async function hasTable({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ has: boolean }>(
    "select to_regclass('understudy.airtable_connection') is not null as has",
  );
  return rows[0]?.has === true;
}
