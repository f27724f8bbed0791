import type { DLogger } from "@dbos-inc/dbos-sdk";
import type { ServiceLog } from "#serve/service-log.js";

/** The same words once a minute: while the database is away, DBOS says so ten times a second. */
const sameWordsMs = 60_000;

/**
 * Takes what DBOS would print: warnings and faults go into our log, if there is one, the rest is dropped.
 * @param clockMs monotonic milliseconds.
 */
export function dbosLogOf(
  log: Pick<ServiceLog, "warn" | "error"> | undefined,
  clockMs: () => number = () => performance.now(),
): DLogger {
  const saidAt = new Map<string, number>();
  const isNews = (text: string): boolean => {
    const nowMs = clockMs();
    if (nowMs - (saidAt.get(text) ?? Number.NEGATIVE_INFINITY) < sameWordsMs) return false;
    if (saidAt.size >= 100) saidAt.clear();
    saidAt.set(text, nowMs);
    return true;
  };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn(entry) {
      const text = String(entry);
      if (isNews(text)) log?.warn({ component: "dbos" }, text);
    },
    error(entry, metadata) {
      const text = String(entry);
      if (isNews(text))
        log?.error({ component: "dbos", ...(metadata?.stack !== undefined && { stack: metadata.stack }) }, text);
    },
  };
}
