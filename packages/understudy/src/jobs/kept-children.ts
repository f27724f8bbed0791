import { rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { hashFile, UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { sqlOf, type Sql } from "#postgres/database.js";
import { throughOutages } from "#postgres/through-outages.js";
import { renderKeys } from "#renders/render-keys.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { queueOf } from "./job-names.js";

/** A file of a kept child, in the artifact store. */
export interface KeptFile {
  /** Among the child's `files`. */
  readonly position: number;
  readonly key: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * What the children of one render's run made, by name. DBOS would number its steps by the order in which they begin: a release with a
 * child more could not go on with a job of the release before, and a retry is another workflow. By the render's id and the
 * child's name both find what was paid for.
 */
export interface KeptChildren {
  /** Puts the files back. @returns undefined when the child was not kept, or a file of it is gone from the store, or damaged. */
  restore(
    name: string,
    files: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly value?: unknown } | undefined>;
  /** @returns false when the run is not this runner's any more; then nothing was kept. */
  keep(name: string, value: unknown, files: readonly string[], signal: AbortSignal): Promise<boolean>;
}

/** Whose run it is, and where it keeps things. */
export interface KeptChildrenOptions {
  readonly pool: Pool;
  readonly artifacts: ArtifactStore;
  readonly renderId: string;
  readonly workflowId: string;
  readonly runnerId: string;
  now(): Date;
}

/** The children of a run that this runner works on. */
export function keptChildrenOf(options: KeptChildrenOptions): KeptChildren {
  const { pool, artifacts, renderId } = options;
  const sql = sqlOf(pool);
  // All at once: siblings then begin in the order in which they were asked for.
  let earlier: Promise<ReadonlyMap<string, KeptChild>> | undefined;
  const own = new Map<string, KeptChild>();
  return {
    async restore(name, files, signal) {
      earlier ??= throughOutages(() => readAll(sql, renderId), signal).catch((thrown) => {
        earlier = undefined;
        throw thrown;
      });
      const kept = own.get(name) ?? (await earlier).get(name);
      if (kept === undefined) return undefined;
      const restored: string[] = [];
      try {
        for (const { position, key, sha256 } of kept.files) {
          const path = files[position];
          if (path === undefined) continue;
          await artifacts.fetch(key, path, { sha256 }, signal);
          restored.push(path);
        }
      } catch (thrown) {
        if (!isLost(thrown)) throw thrown;
        // The store may have linked them: who makes the child again must not write into what is kept.
        for (const path of restored) await rm(path, { force: true });
        return undefined;
      }
      return kept.outcome;
    },
    async keep(name, value, paths, signal) {
      const files: KeptFile[] = [];
      for (const [position, path] of paths.entries()) {
        const file = await keepFile(artifacts, renderId, name, path, signal);
        if (file !== undefined) files.push({ position, ...file });
      }
      const child = { outcome: { value }, files };
      const isOurs = await throughOutages(() => note(sql, options, name, child), signal);
      if (isOurs) own.set(name, child);
      return isOurs;
    },
  };
}

/**
 * Its key names its bytes: whoever works on the render still, after it was taken from them, writes beside what others wrote.
 * @returns undefined when the child wrote no such file.
 */
async function keepFile(
  artifacts: ArtifactStore,
  renderId: string,
  child: string,
  path: string,
  signal: AbortSignal,
): Promise<Omit<KeptFile, "position"> | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const { sha256 } = await hashFile(path, { maxBytes: Number.POSITIVE_INFINITY });
  const key = `${renderKeys.work(renderId)}${plain(child)}/${sha256.slice(0, 16)}/${plain(basename(path))}`;
  await artifacts.put(key, { path, sha256, byteLength: found.size, mediaType: "application/octet-stream" }, signal);
  return { key, sha256 };
}

const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9._-]/g, "_");

/** Making it again costs time; a file that is damaged would cost the render, and every retry of it. */
function isLost(thrown: unknown): boolean {
  return thrown instanceof UnderstudyError && (thrown.code === "artifact-missing" || thrown.code === "download-failed");
}

interface KeptChild {
  /** Without a member `value` when the child returned nothing. */
  readonly outcome: { readonly value?: unknown };
  readonly files: readonly KeptFile[];
}

async function readAll(sql: Sql, renderId: string): Promise<ReadonlyMap<string, KeptChild>> {
  const { rows } = await sql.query<KeptChild & { name: string }>(
    "select name, outcome, files from understudy.kept_child where render_id = $1",
    [renderId],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** The queue a run lies in is its fencing token: the row is locked, so nobody takes the run while the child is written down. */
async function note(
  sql: Sql,
  { renderId, workflowId, runnerId, now }: KeptChildrenOptions,
  name: string,
  { outcome, files }: KeptChild,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with own as (
       select from dbos.workflow_status
       where workflow_uuid = $1 and queue_name = $2 and status = 'PENDING' for no key update)
     insert into understudy.kept_child (render_id, name, outcome, files, kept_at)
     select $3, $4, $5, $6, $7 from own
     on conflict (render_id, name) do update
     set outcome = excluded.outcome, files = excluded.files, kept_at = excluded.kept_at`,
    [workflowId, queueOf(runnerId), renderId, name, JSON.stringify(outcome), JSON.stringify(files), now()],
  );
  return rowCount === 1;
}
