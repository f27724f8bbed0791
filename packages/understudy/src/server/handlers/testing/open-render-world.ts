import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAPIHono } from "@hono/zod-openapi";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { UnderstudyError } from "@understudy/render";
import { onTestFinished } from "vitest";
import { scopes, type Caller } from "#access/caller.js";
import type { ApiKey } from "#access/key-list.js";
import { configSchema } from "#config/index.js";
import type { RenderJobTicket } from "#jobs/job-engine.js";
import { openDataFolder, type DataFolder } from "#records/index.js";
import type { RenderList } from "#renders/render-list.js";
import type { Api, ApiEnv } from "#server/api.js";
import { problem } from "#server/problem.js";
import { refuseInvalid } from "#server/refuse-invalid.js";
import type { Service } from "#server/service.js";
import { createFakeRenderList } from "#server/testing/fake-render-list.js";
import type { Upload } from "#uploads/upload-list.js";
import { addEventRoutes } from "#server/handlers/events.js";
import type { StreamClock } from "#server/handlers/render-event-streams.js";
import { addRenderRoutes } from "#server/handlers/renders.js";

/** The routes of renders on a service whose parts lie in memory or in a folder of the test. */
export interface RenderWorld {
  readonly service: Service;
  readonly renders: RenderList;
  readonly api: Api;
  readonly submitted: RenderJobTicket[];
  readonly stopped: Pick<RenderJobTicket, "renderId" | "run">[];
  readonly keys: Map<string, ApiKey>;
  /** Warnings of the log. */
  readonly warnings: string[];
  /** Turned by hand. */
  readonly clock: StreamClock & { advance(milliseconds: number): void; readonly tickerCount: number };
  /** What the job engine refuses the next renders with. */
  failSubmitsWith(error: Error | undefined): void;
  dataOf(caller: Caller): DataFolder;
  putUpload(caller: Caller, parts?: Partial<Upload>): Upload;
  putIntoLibrary(caller: Caller, path: string): void;
  ask(
    caller: Caller,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

/** What differs from the usual world. */
export interface RenderWorldOptions {
  readonly renders?: RenderList;
  readonly config?: Parameters<typeof configSchema.parse>[0];
}

/** Callers of two owners. */
export const [alice, bob] = [callerOf(1), callerOf(2)] as const;

/** Makes the world; its clock starts in 2027 and moves a second a look. */
export async function openRenderWorld(options: RenderWorldOptions = {}): Promise<RenderWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-renders-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  let seconds = 0;
  const now = () => new Date(Date.UTC(2027, 0, 1) + 1000 * seconds++);
  const renders = options.renders ?? createFakeRenderList({ now });
  const [submitted, stopped]: [RenderJobTicket[], Pick<RenderJobTicket, "renderId" | "run">[]] = [[], []];
  const uploads = new Map<string, Upload>();
  const warnings: string[] = [];
  const keys = new Map(
    [alice, bob].map((caller) => [caller.keyId, { ...caller, name: "test", createdAt: now() } as ApiKey]),
  );
  const library = new Set<string>();
  const clock = createHandClock();
  let refusal: Error | undefined;
  const service = {
    config: configSchema.parse({ dataFolder: folder, ...(options.config as object) }),
    renders,
    artifacts: { byteLength: async (key: string) => (library.has(key) ? 6 : undefined) },
    policy: parseAddressPolicy(["loopback"]),
    keys: { list: async (ownerId: string) => [...keys.values()].filter((key) => key.ownerId === ownerId) },
    jobs: {
      async submit(ticket: RenderJobTicket) {
        if (refusal !== undefined) throw refusal;
        submitted.push(ticket);
      },
      cancel: async (ticket: RenderJobTicket) => void stopped.push(ticket),
    },
    uploads: {
      async get(ownerId: string, id: string) {
        const upload = uploads.get(id);
        return upload?.ownerId === ownerId ? upload : undefined;
      },
    },
    webhooks: createEndpointsInMemory(),
    dataOf: (ownerId: string) => openDataFolder(join(folder, "owners", ownerId)),
    log: {
      info: () => undefined,
      warn: (_: object, message: string) => void warnings.push(message),
      error: () => undefined,
    },
    publicUrl: () => "https://understudy.test",
    now,
  } as unknown as Service;
  const api = apiOf(service, clock);
  return {
    service,
    renders,
    api,
    submitted,
    stopped,
    keys,
    warnings,
    clock,
    failSubmitsWith: (error) => void (refusal = error),
    dataOf: ({ ownerId }) => service.dataOf(ownerId),
    putUpload({ ownerId }, parts) {
      const id = `upload_${uploads.size.toString(16).padStart(16, "0")}`;
      const counts = { byteLength: 9, receivedBytes: 9, createdAt: now(), expiresAt: new Date(Date.UTC(2028, 0, 1)) };
      const upload: Upload = {
        id,
        ownerId,
        state: "whole",
        mediaType: "image/png",
        sha256: "a".repeat(64),
        ...counts,
        ...parts,
      };
      uploads.set(upload.id, upload);
      return upload;
    },
    putIntoLibrary: ({ ownerId }, path) => void library.add(`library/${ownerId}/${path}`),
    async ask(caller, method, path, body, headers) {
      const hasBody = body !== undefined;
      return api.request(path, {
        method,
        headers: { "x-test-key": caller.keyId, ...(hasBody && { "content-type": "application/json" }), ...headers },
        ...(hasBody && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
    },
  };
}

function apiOf(service: Service, clock: StreamClock): Api {
  const api: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  api.onError((thrown, context) => problem(context, thrown));
  api.use(async (context, next) => {
    context.set("caller", context.req.header("x-test-key") === bob.keyId ? bob : alice);
    await next();
  });
  addRenderRoutes(api, service);
  addEventRoutes(api, service, clock);
  return api;
}

function callerOf(number: number): Caller {
  const digits = number.toString(16).padStart(16, "0");
  const limits = { requestsPerMinute: 1000, rendersAtOnce: 3 };
  return { ownerId: `owner_${digits}`, keyId: `key_${digits}`, scopes, ...limits };
}

function createHandClock(): RenderWorld["clock"] {
  const tickers = new Set<() => void>();
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    every(milliseconds, action) {
      let dueMs = nowMs + milliseconds;
      const ticker = (): void => {
        for (; dueMs <= nowMs; dueMs += milliseconds) action();
      };
      tickers.add(ticker);
      return () => void tickers.delete(ticker);
    },
    advance(milliseconds) {
      for (const end = nowMs + milliseconds; nowMs < end;) {
        nowMs += Math.min(1000, end - nowMs);
        tickers.forEach((ticker) => ticker());
      }
    },
    get tickerCount() {
      return tickers.size;
    },
  };
}

function createEndpointsInMemory() {
  const endpoints = new Map<string, { readonly id: string; readonly ownerId: string; readonly url: string }>();
  return {
    async createEndpoint(ownerId: string, { url, types }: { readonly url: string; readonly types: readonly string[] }) {
      if (!url.startsWith("https://")) throw new UnderstudyError("webhook-refused", "The address is not https.");
      const known = [...endpoints.values()].find((each) => each.ownerId === ownerId && each.url === url);
      const endpoint = known ?? { id: `endpoint_${endpoints.size.toString().padStart(16, "0")}`, ownerId, url, types };
      endpoints.set(endpoint.id, endpoint);
      return { endpoint, secret: "whsec_" };
    },
    async getEndpoint(ownerId: string, id: string) {
      const endpoint = endpoints.get(id);
      return endpoint?.ownerId === ownerId ? endpoint : undefined;
    },
  };
}
