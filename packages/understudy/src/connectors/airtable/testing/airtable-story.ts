import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { allScopes } from "#connectors/airtable/testkit/sample.js";
import type { ShownRecord } from "#connectors/airtable/testkit/show-record.js";
import {
  openAirtableStandIn,
  type AirtableStandIn,
  type AirtableStandInOptions,
} from "#connectors/airtable/testkit/stand-in.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import type { RenderAnswer } from "#testing/service-lab/api-client.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openStory, type Story } from "#testing/service-lab/story.js";
import { plainPng } from "./plain-png.js";

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
  readonly consentId: string;
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
  /** Where the servers keep everything. */
  readonly dataFolder: string;
  /** Address of the video. */
  readonly video: string;
  readonly baseId: string;
  readonly tableId: string;
  /** Which the servers have, unless they are started with another one. */
  readonly token: string;
  /** Starts a server. @param port default any. */
  start(name: string, environment?: Readonly<Record<string, string>>, port?: string): Promise<ServeProcess>;
  /** Runs a command on the servers' data; one of them has to run. @returns what it prints. */
  command(words: readonly string[]): Promise<string>;
  /** Connects the table by the command, on the word of somebody who answers for all rows; a server has to run. */
  connect(): Promise<void>;
  /** What the command lists. */
  connections(): Promise<readonly Pick<AirtableConnection, "id" | "keyId" | "columns" | "problem">[]>;
  /** Adds a row that asks for nothing yet. @param photo default that of a person; `another` counts as another person's. */
  addRow(source?: string | null, photo?: "person" | "another" | "plain" | "none"): string;
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
  const dataFolder = join(story.folder, "data");
  const pair = await drawPair(story.folder, options.clipSeconds);
  const files = await openFileServer([pair.videoPath]);
  const video = files.urlOf(pair.videoPath);
  const person = { bytes: await readFile(pair.photoPath), fileName: "صورة.jpg", mediaType: "image/jpeg" };
  const photos = {
    person,
    // Decoders pass over what stands behind a picture: the same face, and for the service another person.
    another: { ...person, bytes: Buffer.concat([person.bytes, Buffer.from("another")]) },
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
    runCommand(words, {
      ...environment,
      UNDERSTUDY_DATA_FOLDER: dataFolder,
      UNDERSTUDY_NETWORK_ALLOW: "loopback",
      UNDERSTUDY_API_KEY: server!.apiKey,
    });
  return {
    story,
    airtable,
    files,
    dataFolder,
    video,
    baseId: base.id,
    tableId,
    token,
    async start(name, more, port = "0") {
      server = await story.start(name, ["--data", dataFolder, "--port", port], more);
      return server;
    },
    command,
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
      await command(["airtable", "connect", base.id, tableName, ...word, ...rest]);
    },
    connections: async () => JSON.parse(await command(["airtable", "list", "--json"])) as AirtableConnection[],
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
