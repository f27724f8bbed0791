import { join } from "node:path";
import { mediaTypeOf, parseAddressPolicy } from "@understudy/guarded-fetch";
import { createKeyList } from "#access/postgres-key-list.js";
import { addressesOf } from "#config/addresses.js";
import type { Config } from "#config/index.js";
import { createAttachmentSource } from "#connectors/airtable/rows/attachment-source.js";
import { clientFor } from "#connectors/airtable/connections/client-for.js";
import type { ConnectionList } from "#connectors/airtable/connections/connection-list.js";
import { createConnectionList } from "#connectors/airtable/connections/postgres-connection-list.js";
import { createRequestPace } from "#connectors/airtable/client/postgres-request-pace.js";
import { createRowBook } from "#connectors/airtable/rows/postgres-row-book.js";
import type { RowBook } from "#connectors/airtable/rows/row-book.js";
import { keptSecret } from "#links/kept-secret.js";
import { createResultLinks } from "#links/postgres-result-links.js";
import { assertMayEnd } from "#people/assert-may-end.js";
import { createPersonLinks } from "#people/postgres-person-links.js";
import { createProblemReports } from "#people/postgres-problem-reports.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { makePrivateFolder } from "#records/private-file.js";
import { openServiceData } from "#records/service-data.js";
import type { Attachments } from "#renders/fetch-reference.js";
import { newsOfEnd } from "#renders/news-of-end.js";
import type { OnEnd } from "#renders/render-list.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { Service } from "#server/service.js";
import { openArtifacts } from "#storage/open-artifacts.js";
import { createUploadList } from "#uploads/postgres-upload-list.js";
import { createWebhookDesk } from "#webhooks/index.js";
import type { Wiring } from "#wire.js";
import type { ServiceAddress } from "./service-address.js";
import type { ServiceLog } from "./service-log.js";

/** What the parts of the service rest on. */
export interface ServiceWorld {
  readonly config: Config;
  readonly wiring: Wiring;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly database: Database;
  readonly log: ServiceLog;
  now(): Date;
  readonly address: ServiceAddress;
}

/** Everything but who makes the renders. */
export interface OpenedService extends Omit<Service, "jobs" | "uploads"> {
  readonly uploads: ReturnType<typeof createUploadList>;
  /** Tables in Airtable, and what is known of their rows. */
  readonly connections: ConnectionList;
  readonly book: RowBook;
  /** Where files of their rows are. */
  readonly attachments: Attachments;
  /** Holds a folder for each render in work on this machine. */
  readonly workFolder: string;
  close(): Promise<void>;
}

/** A render ends if its person still agrees, and then whoever waits is told; all in one transaction. */
function endOf(news: OnEnd): OnEnd {
  return async (sql, render) => {
    await assertMayEnd(sql, render);
    await news(sql, render);
  };
}

/** Puts the parts together: one database, one artifact store, one address policy for all of them. */
export async function openService(world: ServiceWorld): Promise<OpenedService> {
  const { config, database, env, now, address } = world;
  const publicUrl = address.url;
  const { pool } = database;
  const workFolder = join(config.dataFolder, "work");
  await makePrivateFolder(workFolder);
  const policy = parseAddressPolicy(addressesOf(config));
  const artifacts = await openArtifacts(world);
  const webhooks = createWebhookDesk({ pool, policy, now });
  const renders = await openRenderList({
    database,
    now,
    onEnd: endOf(newsOfEnd(webhooks, { publicUrl: address.read, now })),
  });
  const connections = createConnectionList({ pool, now });
  const pace = createRequestPace(pool);
  const { maxInputBytes } = config.limits;
  return {
    ...world,
    publicUrl,
    policy,
    artifacts,
    webhooks,
    renders,
    workFolder,
    connections,
    book: createRowBook({ pool, now }),
    attachments: createAttachmentSource({
      connections,
      clientOf: (connection, signal) => clientFor(connection, { env, policy, pace, signal }),
    }),
    keys: createKeyList({ pool, now, defaults: config.server }),
    uploads: createUploadList({
      pool,
      artifacts,
      now,
      workFolder,
      mediaTypeOf,
      limits: { maxInputBytes, keptDays: config.retention.inputDays },
    }),
    links: createResultLinks({ pool, secretKey: await keptSecret(sqlOf(pool), "result-links"), now }),
    personLinks: createPersonLinks({ pool, publicUrl, now }),
    reports: createProblemReports({ pool, webhooks, now }),
    dataOf: (ownerId) => openServiceData({ pool, folder: config.dataFolder, ownerId, artifacts }),
    close: () => renders.close(),
  };
}
