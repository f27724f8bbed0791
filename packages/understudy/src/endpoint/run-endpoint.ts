import { once } from "node:events";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { createEndpoint, createFleet, listenEndpoints } from "@understudy/runpod/endpoint";
import { apiPrefix, clientVariables, workerEnvironment, workerTiming } from "@understudy/runpod/protocol";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { addressesOf } from "#config/addresses.js";
import { resultFiles } from "#storage/index.js";
import { cannotListen, isLoopback, openNote } from "./listen-address.js";
import { openJobStore } from "./open-job-store.js";

/** What `understudy endpoint` was asked for. */
export interface EndpointSettings {
  readonly name: string;
  /** Program of its workers; empty: they come from elsewhere. */
  readonly command: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly key: string;
  /** False keeps jobs in memory only. */
  readonly isDurable: boolean;
  readonly min: number;
  readonly max: number;
  readonly idleTimeoutMs: number;
  readonly queueDelayMs: number;
}

/** What whoever started it wants to know when it serves. */
export interface EndpointReady {
  /** Of a worker, and of a client. */
  readonly environment: Readonly<Record<string, string>>;
  /** For people. */
  readonly note: string;
}

/**
 * Serves one endpoint until it is told to stop.
 * @throws UnderstudyError `port-in-use`, `database-unavailable`, `bad-config`; `bad-usage` for an address or a port that this
 * machine or this user has not.
 */
export async function runEndpoint(
  settings: EndpointSettings,
  config: Config,
  io: Pick<CliIo, "env" | "signal" | "stderr">,
  onReady: (ready: EndpointReady) => void,
): Promise<void> {
  const log = (line: string): void => io.stderr.write(`${line}\n`);
  const isLocal = isLoopback(settings.host);
  const addresses = parseAddressPolicy([...addressesOf(config), ...(isLocal ? ["loopback"] : [])]);
  const { store, close } = await openJobStore(settings, config, io, log);
  const fleet: { current?: ReturnType<typeof createFleet> } = {};
  const endpoint = createEndpoint({
    id: settings.name,
    store,
    keys: [settings.key],
    webhookAddresses: addresses,
    log,
    extraWorkerCounts: () => fleet.current?.counts() ?? { initializing: 0, throttled: 0 },
    onStopPod: (workerId) => fleet.current?.replace(workerId),
  });
  const files = resultFiles(config);
  const { host, port } = settings;
  const server = await listenEndpoints({ endpoints: [endpoint], host, port, extra: files.serve, log }).catch(
    async (thrown: NodeJS.ErrnoException) => {
      await endpoint.close();
      await close();
      throw cannotListen(thrown, host, port);
    },
  );
  try {
    const environmentOf = (workerId: string) => ({
      ...workerEnvironment({
        serverUrl: server.url,
        endpointId: settings.name,
        workerId,
        apiKey: settings.key,
        pingIntervalMs: workerTiming.defaultPingIntervalMs,
      }),
      ...files.environment(server.url),
      ...(isLocal && { UNDERSTUDY_NETWORK_ALLOW: [...new Set(["loopback", ...addressesOf(config)])].join(",") }),
    });
    const [program, ...words] = settings.command;
    if (program !== undefined) {
      const { min, max, idleTimeoutMs, queueDelayMs } = settings;
      const rules = { min, max, idleTimeoutMs, queueDelayMs };
      const command = [program, ...words] as const;
      fleet.current = createFleet({ endpoint, store, command, environment: environmentOf, log, ...rules });
    }
    const baseUrl = `${server.url}/${apiPrefix}`;
    if (!isLocal) log(openNote(host, server.port));
    onReady({
      environment: {
        ...environmentOf(`${settings.name}-1`),
        [clientVariables.baseUrl]: baseUrl,
        [clientVariables.apiKey]: settings.key,
      },
      note: noteOf(`${baseUrl}/${settings.name}`, settings),
    });
    if (!io.signal.aborted) await once(io.signal, "abort");
  } finally {
    await fleet.current?.close();
    await endpoint.close();
    await server.close();
    await close();
  }
}

function noteOf(url: string, { isDurable, command }: EndpointSettings): string {
  const jobs = isDurable ? "Jobs survive a restart." : "Jobs are kept in memory only.";
  const workers = command.length === 0 ? "Give a worker the environment above." : "Workers start when there is work.";
  return `Serving ${url}. ${jobs} ${workers} Ctrl-C stops.\n`;
}
