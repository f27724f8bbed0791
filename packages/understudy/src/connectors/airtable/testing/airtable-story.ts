import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { RenderAnswer } from "#testing/service-lab/api-client.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openStory, type Story } from "#testing/service-lab/story.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { ShownRecord } from "#connectors/airtable/testkit/show-record.js";
import {
  openAirtableStandIn,
  type AirtableStandIn,
  type AirtableStandInOptions,
} from "#connectors/airtable/testkit/stand-in.js";
import type { NewToken } from "#connectors/airtable/testkit/tokens.js";
import { plainPng } from "./plain-png.js";

/** Everything that a token may be allowed. */
export const allScopes: NewToken["scopes"] = [
  "data.records:read",
  "data.records:write",
  "schema.bases:read",
  "schema.bases:write",
  "webhook:manage",
];

const [tableName, photoColumn, token] = ["Videos 🎬 سينما", "Photo 📷", "patSTORY000000000.0123456789abcdef"];

/** What an Airtable story begins with. */
export interface AirtableStoryOptions {
  /** Length of the video that the rows name. */
  readonly clipSeconds: number;
  readonly standIn?: AirtableStandInOptions;
  /** Of all its processes. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A render, and which row it is for. */
export interface RowRender extends RenderAnswer {
  readonly metadata: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly startedAt?: string;
}

/** A stand-in with one table of videos, and a service with the built command. */
export interface AirtableStory {
  readonly story: Story;
  readonly airtable: AirtableStandIn;
  readonly files: FileServer;
  /** Address of the video. */
  readonly video: string;
  readonly baseId: string;
  readonly tableId: string;
  /** Which the servers have, unless they are started with another one. */
  readonly token: string;
  /** Starts a server. @param port default any. */
  start(name: string, environment?: Readonly<Record<string, string>>, port?: string): Promise<ServeProcess>;
  /** Connects the table by the command, on the word of somebody who answers for all rows; a server has to run. */
  connect(): Promise<void>;
  /** What the command lists. */
  connections(): Promise<readonly Pick<AirtableConnection, "columns" | "problem">[]>;
  /** Adds a row that asks for nothing yet. @param photo default that of a person. */
  addRow(source?: string | null, photo?: "person" | "plain" | "none"): string;
  /** Puts another photo of a person in the place of the one that is there. */
  changePhoto(recordId: string): void;
  setPending(recordIds: readonly string[]): void;
  cells(recordId: string): ShownRecord["fields"];
  /** All renders, newest first. */
  renders(): Promise<readonly RowRender[]>;
  /** Those of one row. */
  rendersOf(recordId: string): Promise<readonly RowRender[]>;
  close(): Promise<void>;
}

/** Opens one; nothing is started or connected. */
export async function openAirtableStory(options: AirtableStoryOptions): Promise<AirtableStory> {
  const airtable = await openAirtableStandIn(options.standIn);
  airtable.addToken({ token, scopes: allScopes });
  const fields = [
    { name: "الاسم", type: "singleLineText" },
    { name: photoColumn, type: "multipleAttachments" },
  ];
  const base = airtable.addBase({ tables: [{ name: tableName, fields }] });
  const tableId = base.tables[0]!.id;
  const environment = { AIRTABLE_TOKEN: token, AIRTABLE_ENDPOINT_URL: airtable.url, ...options.environment };
  const story = await openStory(environment);
  const data = join(story.folder, "data");
  const pair = await drawPair(story.folder, options.clipSeconds);
  const files = await openFileServer([pair.videoPath]);
  const video = files.urlOf(pair.videoPath);
  const photos = {
    person: { bytes: await readFile(pair.photoPath), fileName: "صورة.jpg", mediaType: "image/jpeg" },
    plain: { bytes: plainPng(256, 256), fileName: "plain.png", mediaType: "image/png" },
  };
  let rowCount = 0;
  let server: ServeProcess | undefined;

  const renders = async (): Promise<readonly RowRender[]> => {
    const found: RowRender[] = [];
    for (let cursor = ""; ;) {
      const path = `/v1/renders?limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await story.client.call<{ renders: RowRender[]; nextCursor?: string }>("GET", path);
      found.push(...page.renders);
      if (page.nextCursor === undefined) return found;
      cursor = page.nextCursor;
    }
  };
  const command = (words: readonly string[]): Promise<string> =>
    runCommand(["airtable", ...words], {
      ...environment,
      UNDERSTUDY_DATA_FOLDER: data,
      UNDERSTUDY_NETWORK_ALLOW: "loopback",
      UNDERSTUDY_API_KEY: server!.apiKey,
    });
  return {
    story,
    airtable,
    files,
    video,
    baseId: base.id,
    tableId,
    token,
    async start(name, more, port = "0") {
      server = await story.start(name, ["--data", data, "--port", port], more);
      return server;
    },
    async connect() {
      const word = [
        "--attested-by",
        "Story",
        "--statement",
        "All of them agreed.",
        "--use",
        "a test",
        "--age-confirmed",
      ];
      const rest = ["--create", "--column", `face=${photoColumn}`, "--until", "2126-01-01", "--renders-at-once", "20"];
      await command(["connect", base.id, tableName, ...word, ...rest]);
    },
    connections: async () => JSON.parse(await command(["list", "--json"])) as AirtableConnection[],
    addRow(source = video, photo = "person") {
      const name = `سالم ${(rowCount += 1)} 🙂`;
      const recordId = airtable.addRecord(tableId, { الاسم: name, [briefColumns.source]: source });
      if (photo !== "none") airtable.addAttachment(tableId, recordId, photoColumn, photos[photo]);
      return recordId;
    },
    changePhoto(recordId) {
      airtable.editRecord(tableId, recordId, { [photoColumn]: null });
      airtable.addAttachment(tableId, recordId, photoColumn, photos.person);
    },
    setPending(recordIds) {
      const cells = { [briefColumns.status]: briefStatuses.pending };
      airtable.editRecords(
        tableId,
        recordIds.map((id) => ({ id, cells })),
      );
    },
    cells: (recordId) => airtable.record(tableId, recordId)!.fields,
    renders,
    rendersOf: async (recordId) => (await renders()).filter(({ metadata }) => metadata["airtable_record"] === recordId),
    async close() {
      await story.close();
      await files.close();
      await airtable.close();
    },
  };
}
