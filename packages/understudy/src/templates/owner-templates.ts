import { hashFile, UnderstudyError, type TemplateName, type TemplateStore } from "@understudy/render";
import type { Sql } from "#postgres/database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";

/** What the templates of an owner are kept with. */
export interface TemplateRoom {
  readonly sql: Sql;
  readonly artifacts: ArtifactStore;
  now(): Date;
  /** Hears of a template that could not be read or kept; the render goes on without. */
  onFailed(thrown: unknown): void;
}

/** Begins the keys of everything that is kept of a source video. */
export function templatePrefix(ownerId: string, sourceSha256: string): string {
  return `templates/${ownerId}/${sourceSha256}/`;
}

/**
 * The templates of one owner in the artifact store, where every machine of the service finds them. They save time and nothing
 * else, so a store that fails costs time and no render.
 */
export function createOwnerTemplates(ownerId: string, { sql, artifacts, now, onFailed }: TemplateRoom): TemplateStore {
  const keyOf = (name: TemplateName): string => `templates/${ownerId}/${name}`;
  /** The row is there before the first file: a file without one would never be removed. */
  const noteUse = (name: TemplateName): Promise<unknown> =>
    sql.query(
      `insert into understudy.template (owner_id, source_sha256, used_at) values ($1, $2, $3)
       on conflict (owner_id, source_sha256) do update set used_at = greatest(template.used_at, excluded.used_at)`,
      [ownerId, name.slice(0, name.indexOf("/")), now()],
    );
  return {
    async fetch(name, toPath, signal) {
      try {
        await artifacts.fetch(keyOf(name), toPath, {}, signal);
        await noteUse(name);
        return true;
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof UnderstudyError && thrown.code === "artifact-missing")) onFailed(thrown);
        return false;
      }
    },
    async keep(name, path, signal) {
      try {
        const { sha256, byteLength } = await hashFile(path, { maxBytes: Number.MAX_SAFE_INTEGER, signal });
        await noteUse(name);
        await artifacts.put(keyOf(name), { path, sha256, byteLength, mediaType: "application/octet-stream" }, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        onFailed(thrown);
      }
    },
  };
}
