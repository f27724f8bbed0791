import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { sleep, whenAborted } from "./back-off.js";
import { deliverLeftovers, type Mail } from "./deliver-result.js";
import { createEnding, type Ending } from "./ending.js";
import { errorPlaceOf, errorTypeOf } from "./error-report.js";
import { createJobs, type Jobs } from "./jobs.js";
import type { Log } from "./log.js";
import { startPings } from "./ping.js";
import { createNudge } from "./nudge.js";
import { hookProcess } from "./process-hooks.js";
import type { Pace, Seams } from "./seams.js";
import { createSender } from "./send.js";
import type { ServeOptions } from "./serve-options.js";
import type { EndpointSettings } from "./settings.js";
import { createSlots, type Slots } from "./slots.js";
import { openSpool } from "./spool.js";
import { listenForStops } from "./stop-channel.js";
import { takeJobs } from "./take-loop.js";

/** What a worker of an endpoint starts with. */
export interface Work {
  readonly options: ServeOptions;
  readonly settings: EndpointSettings;
  readonly concurrency: () => Promise<number>;
  readonly seams: Seams;
  readonly log: Log;
}

const defaultResultDeadlineMs = 600_000;
const defaultMaxRefusals = 5;

/** Works for an endpoint until told to end; resolves to the exit status. */
export async function workForEndpoint({ options, settings, concurrency, seams, log }: Work): Promise<number> {
  const { pace } = seams;
  const spool = await openSpool(options.spoolFolder ?? defaultSpoolFolder(), spoolKey(settings), log);
  const sender = createSender(settings.apiKey);
  const pings = startPings(settings, pace, log);
  const slots = createSlots((jobIds) => pings.tell(jobIds));
  const ending = createEnding(options.graceMs);
  const idle = new AbortController();
  const deadlineMs = options.resultDeadlineMs ?? defaultResultDeadlineMs;
  const mail: Mail = { settings, sender, spool, pace, deadlineMs, log };
  const jobs = createJobs(options, mail, slots, ending);
  ending.noMoreJobs.addEventListener("abort", () => slots.wake());
  ending.letGo.addEventListener("abort", () => jobs.letGo());
  const hooks = hookWorker(options, seams, ending, jobs, log);

  log({ level: "info", message: `Worker ${settings.workerId} takes jobs.` });
  const leftovers = deliverLeftovers(mail, ending.noMoreJobs);
  const nudge = createNudge(idle.signal);
  const { stopUrl: url } = settings;
  const stops = listenForStops({ url, sender, ended: idle.signal, pace, log, stop: jobs.stop, nudge });
  const reason = await takeJobs({
    settings,
    sender,
    slots,
    concurrency,
    pace,
    log,
    ended: ending.noMoreJobs,
    maxRefusals: options.maxRefusals ?? defaultMaxRefusals,
    start(job) {
      nudge.give();
      jobs.start(job);
    },
    reject: jobs.reject,
  });
  if (reason === "refused") log({ level: "error", message: refusedText });
  ending.finish();
  await lastJobs(slots, jobs, ending, pace);

  hooks.remove();
  idle.abort();
  sender.close();
  await Promise.all([leftovers, stops, pings.close()]);
  await spool.close();
  return reason === "refused" || hooks.hasCrashed() ? 1 : 0;
}

const refusedText =
  "The endpoint refuses this worker's key again and again, so the worker ends: check the key and the endpoint.";

/** Waits for the jobs that run, or until they are let go; then their handlers have a moment to clean up. */
async function lastJobs(slots: Slots, jobs: Jobs, ending: Ending, pace: Pace): Promise<void> {
  await Promise.race([slots.idle(), whenAborted(ending.letGo)]);
  const settled = new AbortController();
  const all = Promise.all([slots.idle(), ...jobs.atWork]).then(() => settled.abort());
  await Promise.race([all, sleep(pace.settleMs, settled.signal)]);
}

/** With a signal of its own, a worker is part of a larger program, whose signals and crashes are its own affair. */
function hookWorker(options: ServeOptions, seams: Seams, ending: Ending, jobs: Jobs, log: Log) {
  const { signal } = options;
  const isGuest = signal !== undefined;
  const request = (): void => ending.request();
  let hasCrashed = false;
  if (signal?.aborted === true) request();
  signal?.addEventListener("abort", request, { once: true });
  const unhook = hookProcess(seams.process, {
    ...(!isGuest && {
      onSignal: request,
      onCrash(thrown: unknown) {
        // What the stray code shares with the other jobs, and in which state it left that, nobody knows: none goes on.
        hasCrashed = true;
        const what = "because code outside of any job's own flow failed";
        log({ level: "error", message: `The worker ends, ${what} (${errorPlaceOf(thrown)}).` });
        jobs.failAll(`The worker ended while the job ran, ${what} (${errorTypeOf(thrown)}).`);
        ending.finish();
      },
    }),
    onExit: (status) => jobs.failInSpool(`The worker's process ended with status ${status} while the job ran.`),
  });
  return {
    hasCrashed: () => hasCrashed,
    remove() {
      unhook();
      ending.close();
      signal?.removeEventListener("abort", request);
    },
  };
}

function defaultSpoolFolder(): string {
  return join(tmpdir(), `understudy-runpod-${process.getuid?.() ?? userInfo().username}`);
}

/** Tells endpoints apart, so that no result goes to the wrong one; the same for all its workers. */
function spoolKey({ endpointId, doneUrl }: EndpointSettings): string {
  const { origin, pathname } = new URL(doneUrl("job", "worker"));
  return createHash("sha256")
    .update(`${origin} ${endpointId ?? pathname}`)
    .digest("hex")
    .slice(0, 32);
}
