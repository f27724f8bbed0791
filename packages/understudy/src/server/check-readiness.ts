import { sqlOf } from "#postgres/database.js";
import { readMigrations, type Migration } from "#postgres/migrate.js";
import type { Service } from "./service.js";

/** What is asked of a service to say whether it is ready. */
export type Checked = Pick<Service, "database" | "artifacts" | "isStopping">;

/** Strangers may ask: the database and the store are asked no more often than this. */
const freshMs = 1_000;

/**
 * Looks at what a request needs. The reasons tell nothing of the places.
 * @param patienceMs what does not answer within this time counts as away; default 3,000.
 * @returns what says why requests would fail; none: they would not. Those who ask within a second share an answer.
 */
export function checkReadiness(service: Checked, patienceMs = 3_000): () => Promise<readonly string[]> {
  let latest: { readonly at: number; readonly reasons: Promise<readonly string[]> } | undefined;
  return async () => {
    const now = performance.now();
    if (latest === undefined || now - latest.at >= freshMs) latest = { at: now, reasons: lookAt(service, patienceMs) };
    const reasons = await latest.reasons;
    return service.isStopping?.() === true ? ["The service is stopping.", ...reasons] : reasons;
  };
}

async function lookAt({ database, artifacts }: Checked, patienceMs: number): Promise<readonly string[]> {
  const reasons = await Promise.all([
    within(patienceMs, checkTables(database), "The database does not answer."),
    within(patienceMs, checkArtifacts(artifacts), "The artifact store does not answer."),
  ]);
  return reasons.filter((reason) => reason !== undefined);
}

/** Tables of a newer release are fine: processes are replaced one by one. */
async function checkTables({ pool }: Checked["database"]): Promise<string | undefined> {
  const { rows } = await sqlOf(pool).query<Migration>("select sha256 from understudy.migration order by number");
  const isOurs = (await readMigrations()).every(({ sha256 }, index) => rows[index]?.sha256 === sha256);
  return isOurs ? undefined : "The database's tables are not those of this release.";
}

/** A store that answers knows that there is no such object. */
async function checkArtifacts(artifacts: Checked["artifacts"]): Promise<undefined> {
  await artifacts.byteLength("readyz");
}

async function within(
  patienceMs: number,
  check: Promise<string | undefined>,
  away: string,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(away), patienceMs)));
  return Promise.race([check.catch(() => away), late]).finally(() => clearTimeout(timer));
}
