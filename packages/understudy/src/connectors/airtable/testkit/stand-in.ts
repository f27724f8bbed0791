import { openAttachmentFiles } from "./attachment-files.js";
import { createFaultList, type FaultAct, type FaultReach } from "./faults.js";
import { handle } from "./handle.js";
import { createHookDesk } from "./hook-desk.js";
import { createPings } from "./hook-pings.js";
import { hookRoutes } from "./hook-routes.js";
import { createPageBook } from "./list-records.js";
import { openLoopbackServer } from "./loopback-server.js";
import { createRateLimit } from "./rate-limit.js";
import { recordRoutes } from "./record-routes.js";
import { busiestSecond, type LoggedRequest } from "./request-log.js";
import { schemaRoutes } from "./schema-routes.js";
import { createTokenList, type NewToken } from "./tokens.js";
import { uploadRoute } from "./upload-route.js";
import { createUser, type StandInUser } from "./user.js";
import type { World } from "./world.js";

/** Limits and times of the stand-in; the defaults are Airtable's. */
export interface AirtableStandInOptions {
  /** Milliseconds; default Date.now. */
  now?(): number;
  /** To each base. Default 5. */
  readonly requestsPerSecond?: number;
  /** Of all of a token. Default ten times `requestsPerSecond`, as at Airtable. */
  readonly tokenRequestsPerSecond?: number;
  /** How long a base is closed after one request too many. Default 30,000. */
  readonly penaltyMs?: number;
  /** How long an attachment's address holds. Default 2 hours. */
  readonly attachmentUrlMs?: number;
  /** How long a webhook lives that nobody asks for. Default 7 days. */
  readonly hookLifeMs?: number;
}

/** A stand-in for Airtable on this machine: its Web API, and the people who work in its own program. */
export interface AirtableStandIn extends StandInUser {
  /** Such as `http://127.0.0.1:40123`. Uploads go there, too. */
  readonly url: string;
  addToken(token: NewToken): void;
  revokeToken(token: string): void;
  /** Every request, in the order they were read. */
  readonly requests: readonly LoggedRequest[];
  /** The most requests to one base within any 1,000 ms. */
  busiestSecond(baseId: string): number;
  /** Breaks coming requests that would be done otherwise. */
  failNext(act: FaultAct, reach?: FaultReach): void;
  /** Everything about a base is answered 429 for so long, as when other programs use up its limit. */
  storm(baseId: string, milliseconds: number): void;
  /** No list of records that has begun can go on. */
  forgetPages(): void;
  /** Off: notifications are lost on their way. */
  deliverNotifications(isOn: boolean): void;
  /** Sends failed notifications again; the 13th time in vain turns them off. */
  retryNotifications(): void;
  /** When no notification is on its way. */
  notificationsSettled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a stand-in for Airtable's Web API on free ports of this machine, empty. What it does is what Airtable documents at
 * https://airtable.com/developers/web/api/introduction, and else what was seen of it; guesses are marked as such.
 */
export async function openAirtableStandIn(options: AirtableStandInOptions = {}): Promise<AirtableStandIn> {
  const now = () => options.now?.() ?? Date.now();
  const files = await openAttachmentFiles(now, options.attachmentUrlMs ?? 2 * 60 * 60_000);
  const pings = createPings(now);
  const hooks = createHookDesk({ now, files, pings, hookLifeMs: options.hookLifeMs ?? 7 * 24 * 60 * 60_000 });
  const world: World = { now, bases: new Map(), tokens: createTokenList(), files, hooks };
  const limit = { now, penaltyMs: options.penaltyMs ?? 30_000 };
  const { requestsPerSecond = 5, tokenRequestsPerSecond = 10 * requestsPerSecond } = options;
  const limits = {
    bases: createRateLimit({ ...limit, requestsPerSecond }),
    tokens: createRateLimit({ ...limit, requestsPerSecond: tokenRequestsPerSecond }),
  };
  const pages = createPageBook();
  const faults = createFaultList();
  const routes = [...schemaRoutes, ...pages.routes, ...recordRoutes, uploadRoute, ...hookRoutes];
  const requests: LoggedRequest[] = [];
  const server = await openLoopbackServer((request, response) => {
    void handle({ world, routes, limits, faults, requests }, request, response);
  });
  return {
    ...createUser(world),
    url: server.url,
    requests,
    addToken: (token) => world.tokens.add(token),
    revokeToken: (token) => world.tokens.revoke(token),
    busiestSecond: (baseId) => busiestSecond(requests, baseId),
    failNext: (act, reach) => faults.add(act, reach),
    storm: (baseId, milliseconds) => limits.bases.close(baseId, milliseconds),
    forgetPages: () => pages.forget(),
    deliverNotifications: (isOn) => pings.deliver(isOn),
    retryNotifications: () => pings.retry(),
    notificationsSettled: () => pings.settled(),
    async close() {
      await Promise.all([server.close(), files.close(), pings.close()]);
    },
  };
}
