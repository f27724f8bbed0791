import { once } from "node:events";
import { UnderstudyError } from "@understudy/render";
import type { CliIo } from "#cli/io.js";
import { packageVersion } from "#cli/package-version.js";
import type { Config } from "#config/index.js";
import { startAirtable, type AirtableWork } from "#connectors/airtable/watch/start-airtable.js";
import { cannotListen, isLoopback, openNote } from "#endpoint/listen-address.js";
import { openJobEngine } from "#jobs/open-job-engine.js";
import { openDatabase } from "#postgres/open-database.js";
import { openConfiguredVoice } from "#rendering/index.js";
import { handOver } from "#renders/hand-over.js";
import { createRenderWork } from "#renders/make-render.js";
import { createApp } from "#server/create-app.js";
import { listen } from "#server/listen.js";
import { patientArtifacts } from "#storage/patient-artifacts.js";
import { startWebhookDelivery } from "#webhooks/index.js";
import type { Wiring } from "#wire.js";
import { closeWithin } from "./close-within.js";
import { ensureFirstKey } from "./first-key.js";
import { keptForATime } from "./kept-for-a-time.js";
import { openEndpoint } from "./open-endpoint.js";
import { openService } from "./open-service.js";
import { openServiceAddress } from "./service-address.js";
import { createServiceLog } from "./service-log.js";
import { startSweeps } from "./sweeps.js";
import { waitingTickets } from "./waiting-tickets.js";

/** What `understudy serve` was asked for. */
export interface ServeSettings {
  /** `api` answers requests, `runner` makes renders, `all` does both. */
  readonly role: "api" | "runner" | "all";
  readonly host: string;
  readonly port: number;
  /** Longest wait for renders in work when it is told to stop. */
  readonly drainSeconds: number;
}

/** How long renders in work are given to stop when nobody waits for them any more, in milliseconds. */
const unwindMs = 15_000;

/** How long all parts are given to close, in milliseconds; one at the end of the line has `oneCloseMs` all the same. */
const closeMs = 12_000;
const oneCloseMs = 1_000;

/** How long rows in Airtable are given to hear of renders that ended while it stopped, in milliseconds. */
const settleMs = 5_000;

/** What whoever started it wants to know when it serves. */
export interface ServeReady {
  /** Both are absent for a runner. */
  readonly url?: string;
  readonly apiKey?: string;
}

/** What the service has of the world around it. */
export interface ServeWorld {
  readonly config: Config;
  readonly wiring: Wiring;
  readonly io: Pick<CliIo, "env" | "signal" | "stderr" | "now">;
}

/**
 * Serves until it is told to stop. Parts are opened in the order in which they rest on each other, and closed in the other one; but
 * whoever makes renders is closed first, while clients may still watch and webhooks are still sent.
 * @throws UnderstudyError `port-in-use`, `database-unavailable`, `bad-config`, `weights-licence`; `bad-usage` for an address or a port that this
 * machine or this user has not.
 */
export async function runServe(
  settings: ServeSettings,
  { config, wiring, io }: ServeWorld,
  onReady: (ready: ServeReady) => void,
): Promise<void> {
  const { role, host, drainSeconds } = settings;
  const { now, env } = io;
  const log = createServiceLog({ stream: io.stderr, personal: config.logs.personal, level: config.logs.level });
  const closings: (() => Promise<unknown>)[] = [];
  const fenced = new AbortController();
  try {
    // An API makes no renders, and needs no key of those who speak.
    const voice = role === "api" ? undefined : await openConfiguredVoice(config, env);
    const database = await openDatabase(config, io, (line) => log.info({ component: "database" }, line));
    closings.push(() => database.close());

    const address = openServiceAddress(config, database);
    const service = await openService({ config, wiring, env, database, log, now, address });
    closings.push(() => service.close());

    const delivery = await startWebhookDelivery({ database, policy: service.policy, log, now });
    closings.push(() => delivery.close());

    const artifacts = patientArtifacts(service.artifacts);
    const jobs = await openJobEngine({
      database,
      role,
      version: packageVersion,
      concurrency: config.jobs.concurrency,
      artifacts,
      work: createRenderWork({ ...service, artifacts, ...(voice !== undefined && { voice }) }),
      log,
      now,
      waiting: () => waitingTickets(service.renders, database, now(), config.server.rendersAtOnce),
      onFenced: () => fenced.abort(),
    });
    closings.push(() => jobs.close(0));

    const stopped = AbortSignal.any([io.signal, fenced.signal]);
    let airtable: AirtableWork | undefined;
    if (role === "runner") onReady({});
    else {
      const { endpoint, close: closeEndpoint } = await openEndpoint(database, service.policy, log);
      closings.push(closeEndpoint);
      const app = createApp({ ...service, jobs, endpoint, isStopping: () => stopped.aborted });
      const listening = await listen({ app, host, port: settings.port }).catch((thrown: NodeJS.ErrnoException) => {
        throw cannotListen(thrown, host, settings.port);
      });
      closings.push(() => listening.close());
      await address.note(listening.url);
      if (!isLoopback(host)) log.warn({}, openNote(host, listening.port));
      if (!isLoopback(host) && config.server.publicUrl === "") {
        log.warn(
          { url: listening.url },
          "links and webhooks say this address: set server.publicUrl to one that others reach",
        );
      }
      const work = await startAirtable({
        env,
        ...service,
        jobs,
        handOver: (render, caller) => handOver(render, caller, { jobs, log }),
      });
      airtable = work;
      closings.push(() => work.close());
      onReady({ url: listening.url, apiKey: await ensureFirstKey(service.keys, { ...config, env }) });
    }
    const endSweeps = startSweeps({ ...service, others: keptForATime(service) });
    closings.push(endSweeps);

    log.info({ role, version: packageVersion }, "serving");
    if (!stopped.aborted) await once(stopped, "abort");
    log.info({ running: jobs.runningCount }, "stopping");
    const drain = fenced.signal.aborted ? 0 : drainSeconds;
    await closeWithin(1_000 * drain + unwindMs, () => jobs.close(drain));
    if (drain > 0) {
      await airtable?.settle(settleMs).catch((error: unknown) => {
        log.warn({ error }, "rows in Airtable hear of the last renders when it serves again");
      });
    }
  } finally {
    const endsAtMs = performance.now() + closeMs;
    for (const close of closings.reverse()) {
      const leftMs = Math.max(oneCloseMs, endsAtMs - performance.now());
      const isClosed = await closeWithin(leftMs, close).catch((error: unknown) => {
        log.warn({ error }, "a part did not close");
        return true;
      });
      if (!isClosed) log.warn({}, "a part did not close in time");
    }
  }
  if (fenced.signal.aborted) {
    throw new UnderstudyError(
      "database-unavailable",
      "Another runner took this one's work over, because it had lost the database.",
      { hint: "Start it again; nothing is lost." },
    );
  }
}
