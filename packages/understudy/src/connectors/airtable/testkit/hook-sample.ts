import { text as readText } from "node:stream/consumers";
import { openLoopbackServer } from "./loopback-server.js";
import type { Sample } from "./sample.js";

/** A webhook as its maker gets it. */
export interface SampleHook {
  readonly id: string;
  readonly macSecretBase64: string;
  /** RFC 3339. */
  readonly expirationTime: string;
}

/** A page of payloads. */
export interface SampleNews {
  readonly payloads: readonly Readonly<Record<string, unknown>>[];
  readonly cursor: number;
  readonly mightHaveMore: boolean;
}

/** Webhooks of a sample, and whom they tell. */
export interface HookSample {
  /** Notifications that came. */
  readonly pings: readonly { readonly text: string; readonly mac: string | undefined }[];
  /** What they are answered. Default 204. */
  readonly answer: { status: number };
  /** The path of the base's webhooks. */
  path(rest?: string): string;
  /** @param filters beside all records' data. */
  create(filters?: object, includes?: object): Promise<SampleHook>;
  news(hook: SampleHook, query?: string): Promise<SampleNews>;
  /** The webhook as it is listed. */
  stateOf(hook: SampleHook): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens a receiver of notifications. */
export async function openHookSample(sample: Sample): Promise<HookSample> {
  const pings: { readonly text: string; readonly mac: string | undefined }[] = [];
  const answer = { status: 204 };
  const receiver = await openLoopbackServer((request, response) => {
    const mac = request.headers["x-airtable-content-mac"]?.toString();
    void readText(request)
      .then((text) => pings.push({ text, mac }))
      .finally(() => response.writeHead(answer.status).end());
  });
  const path: HookSample["path"] = (rest = "") => `/bases/${sample.baseId}/webhooks${rest}`;
  const asked = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const { status, body: told } = await sample.ask(method, path, body);
    if (status !== 200) {
      throw new Error(`${method} ${path}: ${status} ${JSON.stringify(told)}`);
    }
    return told;
  };
  return {
    pings,
    answer,
    path,
    async create(filters = {}, includes = {}) {
      const options = { filters: { dataTypes: ["tableData"], ...filters }, includes };
      const specification = { options };
      return (await asked("POST", path(), { notificationUrl: receiver.url, specification })) as SampleHook;
    },
    async news(hook, query = "") {
      return (await asked("GET", path(`/${hook.id}/payloads${query}`))) as SampleNews;
    },
    async stateOf(hook) {
      const { webhooks } = (await asked("GET", path())) as { readonly webhooks: readonly SampleHook[] };
      return webhooks.find(({ id }) => id === hook.id);
    },
    close: () => receiver.close(),
  };
}
