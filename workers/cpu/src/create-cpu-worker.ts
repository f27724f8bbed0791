import { GuardedFetchError, parseAddressPolicy } from "@understudy/guarded-fetch";
import { createFliteEngine, createMediaIo, swapClip, UnderstudyError } from "@understudy/render";
import type { ServeOptions } from "@understudy/runpod/worker";
import {
  addressesOf,
  loadConfig,
  localWiring,
  openBucket,
  openDataFolder,
  openResultStore,
  readStanding,
  removeEmptyResults,
  tidyUp,
  type Config,
} from "@understudy/understudy";
import { systemClock } from "./clock.js";
import { createHandler } from "./handler.js";
import { withJobFolder, type Workshop } from "./workshop.js";

/** The world that a worker lives in; a test replaces what it wants to. */
export interface CpuWorkerWorld extends Partial<
  Pick<Workshop, "wiring" | "swapClip" | "voice" | "results" | "clock" | "now">
> {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Makes the worker of this process: reads the configuration, opens the store for results, and removes what a killed worker
 * left. One job at a time: a render uses all threads that the configuration gives it.
 * @throws UnderstudyError `bad-config`, also for a bucket or a standing attestation that is set in part; what the data folder says.
 */
export async function createCpuWorker(world: CpuWorkerWorld): Promise<ServeOptions> {
  const { env, cwd, now = () => new Date(), wiring = localWiring, clock = systemClock } = world;
  const { config } = await loadConfig({ cwd, env });
  const policy = policyOf(config);
  readStanding(config.consent.standing);
  const data = openDataFolder(config.dataFolder);
  const results = world.results ?? (await openResultStore({ config, env }));
  // A data folder that takes no files would fail every job.
  await withJobFolder({ data }, async () => undefined);
  await tidyUp(data, config.retention, now(), { openBucket: () => openBucket(env) });
  await removeEmptyResults(config, now());
  const workshop = {
    wiring,
    swapClip: world.swapClip ?? swapClip,
    voice: world.voice ?? createFliteEngine(),
    io: createMediaIo(config.mediaIo),
    config,
    data,
    results,
    policy,
    clock,
    cwd,
    now,
  };
  return { handler: createHandler(workshop), concurrency: 1 };
}

function policyOf(config: Config): Workshop["policy"] {
  try {
    return parseAddressPolicy(addressesOf(config));
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    throw new UnderstudyError("bad-config", `network.allow: ${thrown.message}`, { hint: thrown.hint, cause: thrown });
  }
}
