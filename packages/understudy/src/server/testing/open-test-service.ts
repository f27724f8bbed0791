import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { scopes, type Scope } from "#access/caller.js";
import type { NewKey } from "#access/key-list.js";
import { createKeyList } from "#access/postgres-key-list.js";
import { configSchema } from "#config/index.js";
import type { JobEngine, RenderJobTicket } from "#jobs/job-engine.js";
import { createResultLinks } from "#links/postgres-result-links.js";
import { createPersonLinks } from "#people/postgres-person-links.js";
import { createProblemReports } from "#people/postgres-problem-reports.js";
import type { Database } from "#postgres/database.js";
import { openTestDatabase, shareTestDatabase } from "#postgres/testing/test-database.js";
import { openServiceData } from "#records/service-data.js";
import { newsOfEnd } from "#renders/news-of-end.js";
import { openRenderList } from "#renders/postgres-render-list.js";
import type { LogFacts } from "#serve/service-log.js";
import type { Api } from "#server/api.js";
import { createApp } from "#server/create-app.js";
import type { Service } from "#server/service.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createUploadList } from "#uploads/postgres-upload-list.js";
import { createWebhookDesk } from "#webhooks/postgres-webhook-desk.js";

/** Somebody with a key. */
export interface TestCaller {
  readonly ownerId: string;
  readonly keyId: string;
  readonly secret: string;
  /** Asks the API with that key; an object is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** A line of the service's log. */
export interface LoggedLine extends LogFacts {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

/** A service without runners: what is submitted is noted, and stays queued. */
export interface TestService {
  readonly service: Service;
  readonly api: Api;
  /** Two owners with every scope, who have nothing yet. */
  readonly alice: TestCaller;
  readonly bob: TestCaller;
  readonly lines: readonly LoggedLine[];
  readonly submitted: readonly RenderJobTicket[];
  readonly cancelled: readonly Pick<RenderJobTicket, "renderId" | "run">[];
  /** Advanced by tests; starts at 2027-01-01. */
  readonly clock: { now: Date };
  /** Another caller; default a new owner. */
  newCaller(wish: { readonly scopes: readonly Scope[]; readonly ownerId?: string }): Promise<TestCaller>;
  /** Another process of the same service, some parts of which differ. */
  reopen(parts: Partial<Service>): TestService;
}

/** Opens a service on a database of its own; gone when the test is done. */
export async function openTestService(): Promise<TestService> {
  const { opened, end } = await open(await openTestDatabase());
  onTestFinished(end);
  return opened;
}

/** The same for all tests of a file, on a database that they share. */
export function shareTestService(): () => TestService {
  const database = shareTestDatabase();
  let shared: Awaited<ReturnType<typeof open>> | undefined;
  beforeAll(async () => void (shared = await open(database())));
  afterAll(() => shared?.end());
  return () => shared!.opened;
}

async function open(database: Database): Promise<{ readonly opened: TestService; end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-service-"));
  const clock = { now: new Date("2027-01-01T12:00:00.000Z") };
  const now = () => clock.now;
  const publicUrl = () => "http://service.test";
  const { pool } = database;
  const lines: LoggedLine[] = [];
  const jobs = createNotingJobs();
  const policy = parseAddressPolicy(["loopback"]);
  const webhooks = createWebhookDesk({ pool, policy, now, resolve: resolveToPublic });
  const artifacts = createDiskArtifacts(join(folder, "artifacts"));
  const config = configSchema.parse({ dataFolder: folder });
  const renders = await openRenderList({
    database,
    now,
    onEnd: newsOfEnd(webhooks, { publicUrl: async () => publicUrl(), now }),
  });
  const service: Service = {
    config,
    wiring: createFakeWiring(),
    database,
    keys: createKeyList({ pool, now, defaults: config.server }),
    renders,
    jobs: jobs.engine,
    artifacts,
    uploads: createUploadList({
      pool,
      artifacts,
      now,
      workFolder: folder,
      mediaTypeOf,
      limits: { maxInputBytes: 1_000_000, keptDays: 1 },
    }),
    links: createResultLinks({ pool, secretKey: Buffer.alloc(32, 7), now }),
    webhooks,
    personLinks: createPersonLinks({ pool, publicUrl, now }),
    reports: createProblemReports({ pool, webhooks, now }),
    dataOf: (ownerId) => openServiceData({ pool, folder, ownerId, artifacts }),
    policy,
    log: {
      info: (facts, message) => void lines.push({ ...facts, level: "info", message }),
      warn: (facts, message) => void lines.push({ ...facts, level: "warn", message }),
      error: (facts, message) => void lines.push({ ...facts, level: "error", message }),
    },
    publicUrl,
    now,
  };
  const [alice, bob] = await Promise.all([newKey(service), newKey(service)]);
  const openWith = (parts: Partial<Service>): TestService => {
    const whole = { ...service, ...parts };
    const api = createApp(whole);
    const asking = (key: TestKey): TestCaller => ({ ...key, ask: askWith(api, key.secret) });
    const { submitted, cancelled } = jobs;
    return {
      service: whole,
      api,
      lines,
      submitted,
      cancelled,
      clock,
      alice: asking(alice),
      bob: asking(bob),
      newCaller: async (wish) => asking(await newKey(service, wish)),
      reopen: openWith,
    };
  };
  const end = async (): Promise<void> => {
    await renders.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { opened: openWith({}), end };
}

type TestKey = Omit<TestCaller, "ask">;

async function newKey({ keys }: Service, wish: Partial<NewKey> = {}): Promise<TestKey> {
  const { key, secret } = await keys.create({ name: "test", scopes, ...wish });
  return { ownerId: key.ownerId, keyId: key.keyId, secret };
}

function askWith(api: Api, secret: string): TestCaller["ask"] {
  return async (method, path, body, headers = {}) =>
    api.request(path, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

function createNotingJobs() {
  const submitted: RenderJobTicket[] = [];
  const cancelled: Pick<RenderJobTicket, "renderId" | "run">[] = [];
  const engine: JobEngine = {
    submit: async (ticket) => void submitted.push(ticket),
    cancel: async (ticket) => void cancelled.push(ticket),
    runningCount: 0,
    close: async () => undefined,
  };
  return { submitted, cancelled, engine };
}

/** Uploads of tests need not be videos. */
const mediaTypeOf = async () => "video/mp4";

/** No test asks the network for a name. */
const resolveToPublic = async () => ["93.184.215.14"];
