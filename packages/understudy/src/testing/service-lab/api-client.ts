import { setTimeout as sleep } from "node:timers/promises";

/** What the API says of a render. */
export interface RenderAnswer {
  readonly id: string;
  readonly state: string;
  readonly output?: { readonly url: string; readonly sha256: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/** A client that asks again while the service is away, as one does whose server is being killed. */
export interface ApiClient {
  call<T>(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** Sends a file in one piece. @returns its upload's id. */
  upload(bytes: Uint8Array, mediaType: string): Promise<string>;
}

/** Times that a request is sent while nobody answers. */
const mostTries = 200;

/**
 * @param service where to ask, looked up before each try: a service that was started again has another port.
 */
export function createApiClient(service: () => { readonly url: string; readonly apiKey: string }): ApiClient {
  const send = async (
    path: string,
    init: {
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    },
  ): Promise<Response> => {
    for (let tries = 1; ; tries++) {
      const { url, apiKey } = service();
      const headers = { authorization: `Bearer ${apiKey}`, ...init.headers };
      const answer = await fetch(`${url}${path}`, { ...init, headers } as RequestInit).catch(() => undefined);
      if (answer !== undefined && answer.status < 500) return answer;
      if (tries >= mostTries) throw new Error(`${init.method} ${path}: ${answer?.status ?? "no answer"}`);
      await sleep(100);
    }
  };
  const read = async <T>(answer: Response, what: string): Promise<T> => {
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    async call(method, path, body, headers = {}) {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      return read(await send(path, { method, headers: { ...type, ...headers }, ...json }), `${method} ${path}`);
    },
    async upload(body, mediaType) {
      const answer = await send("/v1/uploads", { method: "POST", headers: { "content-type": mediaType }, body });
      return (await read<{ readonly id: string }>(answer, "POST /v1/uploads")).id;
    },
  };
}
