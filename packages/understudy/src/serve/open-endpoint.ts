import { randomBytes } from "node:crypto";
import type { AddressPolicy } from "@understudy/guarded-fetch";
import { createEndpoint, createPostgresStore, type Endpoint } from "@understudy/runpod/endpoint";
import type { Database } from "#postgres/database.js";
import type { ServiceLog } from "./service-log.js";

/** The name that `understudy endpoint` takes when it is given none: both serve the same jobs. */
const endpointId = "local";

/**
 * The RunPod endpoint that the service answers for, on jobs in its own database.
 * @returns the endpoint, and what ends it.
 */
export async function openEndpoint(
  { pool }: Pick<Database, "pool">,
  policy: AddressPolicy,
  log: ServiceLog,
): Promise<{ readonly endpoint: Endpoint; close(): Promise<void> }> {
  const store = await createPostgresStore(pool);
  // The service's own keys open it; this one is nobody's.
  const keys = [randomBytes(24).toString("base64url")];
  const note = (line: string) => log.info({ component: "endpoint" }, line);
  const endpoint = createEndpoint({ id: endpointId, store, keys, webhookAddresses: policy, log: note });
  return {
    endpoint,
    async close() {
      await endpoint.close();
      await store.close();
    },
  };
}
