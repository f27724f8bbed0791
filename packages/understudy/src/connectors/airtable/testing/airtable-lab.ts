import { Readable } from "node:stream";
import { UnderstudyError } from "@understudy/render";
import { onTestFinished } from "vitest";
import { clientFor } from "#connectors/airtable/connections/client-for.js";
import { isWhole, mapColumns } from "#connectors/airtable/connections/columns.js";
import type { AirtableConnection, ColumnRole } from "#connectors/airtable/connections/connection.js";
import { createConnectionList } from "#connectors/airtable/connections/postgres-connection-list.js";
import { claimRow } from "#connectors/airtable/rows/claim-row.js";
import { createRowBook } from "#connectors/airtable/rows/postgres-row-book.js";
import type { Turn } from "#connectors/airtable/rows/turn.js";
import {
  openAirtableStandIn,
  type AirtableStandIn,
  type AirtableStandInOptions,
} from "#connectors/airtable/testkit/stand-in.js";
import type { NewToken } from "#connectors/airtable/testkit/tokens.js";
import type { ConnectionWork } from "#connectors/airtable/watch/connection-work.js";
import type { ConnectionWorkOptions } from "#connectors/airtable/watch/work-on-connection.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { transaction } from "#postgres/database.js";
import type { ServiceRender } from "#renders/service-render.js";
import type { TestService } from "#server/testing/open-test-service.js";
import { fakeManifest } from "#testing/fake-wiring.js";
import { usualFields } from "./fake-airtable.js";

const tokenVariable = "AIRTABLE_TOKEN";
const token = "patAAAAAAAAAAAAAA.0123456789";

/** A connected table at a stand-in, and a service that works on it. */
export interface AirtableLab {
  readonly airtable: AirtableStandIn;
  /** Where the token and Airtable are. */
  readonly env: Readonly<Record<string, string>>;
  readonly options: ConnectionWorkOptions;
  /** What the artifact store has. */
  readonly files: Map<string, Buffer>;
  /** Moves the watch's clock. */
  readonly clock: { ms: number };
  readonly connection: AirtableConnection;
  /** Rows that ask to be rendered. @returns their ids. */
  addRows(count: number): readonly string[];
  /** The cell of a row, by its role. */
  cell(recordId: string, role: ColumnRole): unknown;
  /** The connection as it is, with a client and the turn. */
  work(): Promise<ConnectionWork>;
  renders(): Promise<readonly ServiceRender[]>;
  renderOf(recordId: string): Promise<ServiceRender>;
  /** Has a render made, with a picture of these bytes. */
  finish(render: ServiceRender, picture?: Buffer): Promise<void>;
}

/** Opens a stand-in with a table that is connected for a new owner; gone when the test is done. */
export async function openAirtableLab(
  { service, newCaller }: TestService,
  wish: Partial<Pick<NewToken, "role" | "scopes">> = {},
  limits: AirtableStandInOptions = { requestsPerSecond: 1000 },
): Promise<AirtableLab> {
  const airtable = await openAirtableStandIn(limits);
  onTestFinished(() => airtable.close());
  airtable.addToken({
    token,
    scopes: ["data.records:read", "data.records:write", "schema.bases:read", "webhook:manage"],
    ...wish,
  });
  const base = airtable.addBase({
    tables: [
      {
        name: "סרטונים 🎬",
        fields: [{ name: "Name", type: "singleLineText" }, ...usualFields],
      },
    ],
  });
  const [table] = base.tables;
  const { database, now, jobs, renders } = service;
  const files = new Map<string, Buffer>();
  const env = { [tokenVariable]: token, AIRTABLE_ENDPOINT_URL: airtable.url };
  const { signal } = new AbortController();
  const turn: Turn = { signal, transaction: (act) => transaction(database.pool, act) };
  const pace = { wait: async () => undefined, hold: async () => undefined };
  const connections = createConnectionList({ pool: database.pool, now });
  const book = createRowBook({ pool: database.pool, now });
  const clock = { ms: 0 };
  const cancel = async (ownerId: string, id: string): Promise<void> => {
    const { run } = (await renders.cancel(ownerId, id))!;
    await jobs.cancel({ renderId: id, run });
  };
  const caller = await newCaller({ scopes: ["renders:write"] });
  const options: ConnectionWorkOptions = {
    ...service,
    artifacts: {
      async open(key) {
        const bytes = files.get(key);
        if (bytes === undefined) throw new UnderstudyError("artifact-missing", "It is gone.");
        return Readable.from([bytes]);
      },
    },
    connections,
    book,
    cancel,
    pollMs: 10_000,
    isAirtableNear: false,
    clock: () => clock.ms,
    chance: () => 1,
    clientOf: (connection, turnSignal) =>
      clientFor(connection, { env, policy: service.policy, pace, signal: turnSignal }),
    claim: (claiming, seen) =>
      claimRow(claiming.turn, claiming.connection, seen, {
        book,
        renders,
        config: service.config,
        patienceMs: 0,
        now,
        caller: async () => (await service.keys.get(caller.keyId))!,
        checkOrder: async () => undefined,
        handOver: async () => undefined,
        stop: async () => undefined,
      }),
  };
  const client = clientFor({ tokenVariable }, { env, policy: service.policy, pace, signal });
  const { columns } = mapColumns((await client.tables(base.id))[0]!.fields, {});
  if (!isWhole(columns)) throw new Error("the lab's table is not whole");
  const connection = await connections.keep({
    ownerId: caller.ownerId,
    keyId: caller.keyId,
    baseId: base.id,
    tableId: table!.id,
    tableName: table!.name,
    tokenVariable,
    columns,
    consent: { kind: "on-record" },
  });
  const { ownerId } = connection;
  const lab: AirtableLab = {
    airtable,
    env,
    options,
    files,
    clock,
    connection,
    addRows: (count) =>
      airtable.addRecords(
        connection.tableId,
        Array.from({ length: count }, (_, i) => ({
          [briefColumns.source]: `https://videos.example/${i}.mp4`,
          [briefColumns.face]: "https://photos.example/jo.jpg",
          [briefColumns.status]: briefStatuses.pending,
        })),
      ),
    cell: (recordId, role) => airtable.record(connection.tableId, recordId)?.fields[briefColumns[role]],
    async work() {
      const known = (await connections.get(connection.id))!;
      return { connection: known, turn, client: options.clientOf(known, signal) };
    },
    renders: () => renders.list(ownerId, { limit: 1000 }),
    async renderOf(recordId) {
      const found = (await lab.renders()).find(({ order }) => order.metadata["airtable_record"] === recordId);
      if (found === undefined) throw new Error(`no render of ${recordId}`);
      return found;
    },
    async finish({ id }, picture) {
      const begun = await renders.begin(id, 1, "runner_test", 1);
      if (begun.kind !== "begun") throw new Error("a render did not begin");
      const fileOf = (fileName: string, mediaType: string, byteLength: number) => {
        const [key, path] = [`renders/${id}/out/${fileName}`, `/r/${id}/${fileName}`];
        return { key, path, fileName, mediaType, byteLength, sha256: "0".repeat(64) };
      };
      const still = picture && fileOf("video.jpg", "image/jpeg", picture.byteLength);
      if (still !== undefined) files.set(still.key, picture!);
      await renders.end(begun.token, {
        state: "finished",
        files: [fileOf("video.mp4", "video/mp4", 1), ...(still === undefined ? [] : [still])],
        manifest: fakeManifest({}),
        cost: { engineSeconds: 1, usdPerEngineSecond: 0.01, usd: 0.01 },
      });
    },
  };
  return lab;
}
