import { randomBytes } from "node:crypto";
import { makeId } from "./ids.js";
import { namedFields, watchesTable, type Hook, type HookOptions } from "./hook.js";
import { newsOf } from "./hook-news.js";
import type { StoredBase } from "./model.js";
import { invalid, notFound } from "./refusal.js";
import type { Change } from "./commit.js";
import type { FileAddresses } from "./show-cell.js";
import type { Pings } from "./hook-pings.js";

/** Most webhooks of a base. */
const maxHooks = 10;

/** Webhooks of all bases. */
export interface HookDesk {
  /** Tells the webhooks of a base what happened. */
  note(change: Change): void;
  /** @throws Refusal 422 when there are too many, or it names what is not there. */
  create(base: StoredBase, notificationUrl: string | null, options: HookOptions): Hook;
  list(base: StoredBase): readonly Hook[];
  /** @throws Refusal 404. */
  find(base: StoredBase, id: string): Hook;
  remove(hook: Hook): void;
  /** Whether changes are still noted for it. */
  isActive(hook: Hook): boolean;
  /** Lets an active one live on. */
  extend(hook: Hook): void;
}

/** What a desk works with. */
export interface HookDeskOptions {
  now(): number;
  readonly files: FileAddresses;
  readonly pings: Pings;
  /** How long a webhook lives that nobody asks for; and for how long payloads are kept, and webhooks that ended. */
  readonly hookLifeMs: number;
}

/** A desk without webhooks. Source: https://airtable.com/developers/web/api/webhooks-overview */
export function createHookDesk(options: HookDeskOptions): HookDesk {
  const { now, hookLifeMs } = options;
  const hooks = new Map<string, Hook>();
  const isActive = (hook: Hook) => hook.isValid && now() < hook.expiresAt;
  const live = () => [...hooks.values()].filter((hook) => now() < hook.expiresAt + hookLifeMs);

  const add = (hook: Hook, payload: unknown): void => {
    const kept = hook.payloads.filter(({ atMs }) => atMs > now() - hookLifeMs);
    hook.payloads = [...kept, { number: hook.nextNumber, atMs: now(), payload }];
    hook.nextNumber += 1;
    options.pings.send(hook);
  };
  return {
    note(change) {
      const timestamp = new Date(now()).toISOString();
      for (const hook of live().filter((hook) => hook.base === change.base && isActive(hook))) {
        const news = newsOf(hook, change, options.files);
        if (news !== undefined) {
          const { transaction: baseTransactionNumber } = change;
          const actionMetadata = { source: change.source, sourceMetadata: { user } };
          add(hook, { timestamp, baseTransactionNumber, payloadFormat: "v0", actionMetadata, ...news });
        }
        if (isOrphaned(hook, change)) {
          add(hook, { timestamp, payloadFormat: "v0", error: true, code: "INVALID_HOOK" });
          hook.isValid = false;
        }
      }
    },
    create(base, notificationUrl, hookOptions) {
      if (live().filter((hook) => hook.base === base).length >= maxHooks) {
        throw invalid(
          "TOO_MANY_WEBHOOKS_IN_BASE",
          "Cannot create webhook: the base has the maximum number of webhooks",
        );
      }
      const hook: Hook = {
        id: makeId("ach"),
        base,
        notificationUrl,
        options: hookOptions,
        macSecret: randomBytes(32),
        expiresAt: now() + hookLifeMs,
        isValid: true,
        areNotificationsEnabled: true,
        nextNumber: 1,
        payloads: [],
        lastResult: null,
        lastSuccess: null,
      };
      assertKnown(hook);
      hooks.set(hook.id, hook);
      return hook;
    },
    list: (base) => live().filter((hook) => hook.base === base),
    find(base, id) {
      const hook = live().find((hook) => hook.base === base && hook.id === id);
      if (hook === undefined) {
        throw notFound();
      }
      hook.payloads = hook.payloads.filter(({ atMs }) => atMs > now() - hookLifeMs);
      return hook;
    },
    remove(hook) {
      hooks.delete(hook.id);
    },
    isActive,
    extend(hook) {
      if (isActive(hook)) {
        hook.expiresAt = now() + hookLifeMs;
      }
    },
  };
}

const user = { id: makeId("usr"), email: "owner@example.com", permissionLevel: "create" };

/** Something that it watches is gone. */
function isOrphaned(hook: Hook, change: Change): boolean {
  return change.steps.some(
    (step) =>
      (step.kind === "field-removed" && namedFields(hook.options).includes(step.fieldId)) ||
      (step.kind === "table-removed" &&
        hook.options.filters.recordChangeScope !== undefined &&
        watchesTable(hook, change.table)),
  );
}

function assertKnown(hook: Hook): void {
  const tables = [...hook.base.tables.values()];
  const isKnown =
    tables.some((table) => watchesTable(hook, table)) &&
    namedFields(hook.options).every((id) => tables.some((table) => table.fields.has(id)));
  if (!isKnown) {
    throw invalid("INVALID_FILTERS", "The webhook's filters name something that does not exist");
  }
}
