import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { isLoopback } from "#http/loopback.js";
import { clientVariables, hostedBaseUrl, idPattern, jobOperations } from "#protocol.js";
import { RunPodClientError } from "./errors.js";

/** Where requests go, and with which key. */
export interface Target {
  /** Base of every operation, such as `https://api.runpod.ai/v2/ENDPOINT`; no slash at its end. */
  readonly url: string;
  readonly key: string;
}

/** What a target is made of. */
export interface TargetOptions {
  /** Id of the endpoint, or its whole URL, with or without `/run` or `/runsync` at its end. */
  readonly endpoint: string;
  /** Default `RUNPOD_API_KEY`. */
  readonly key?: string | undefined;
  /** Base of all endpoints when `endpoint` is an id; default `RUNPOD_ENDPOINT_BASE_URL`, then the hosted service. */
  readonly baseUrl?: string | undefined;
  /** Lets the key travel over http to another machine; default false. Loopback is always allowed. */
  readonly allowInsecure?: boolean | undefined;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** @throws RunPodClientError `bad-options`, `insecure-url`. */
export function readTarget(options: TargetOptions): Target {
  const env = options.env ?? process.env;
  // Empty variables count as unset, as in the Python SDK.
  const key = options.key ?? (env[clientVariables.apiKey] || undefined);
  if (key === undefined) throw badOption(`There is no key: give \`key\` or set ${clientVariables.apiKey}.`);
  // Also keeps a line break out of the header.
  if (!/^[\x21-\x7e]+$/.test(key)) throw badOption("The key has characters that a header cannot carry.");
  const base = options.baseUrl ?? (env[clientVariables.baseUrl] || hostedBaseUrl);
  const isUrl = options.endpoint.includes("://");
  if (!isUrl && !idPattern.test(options.endpoint)) throw badOption("The endpoint is neither an id nor a URL.");
  return { url: readUrl(isUrl ? options.endpoint : `${base}/${options.endpoint}`, options.allowInsecure), key };
}

function readUrl(text: string, allowInsecure = false): string {
  const url = parseUrl(text);
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw badOption("The endpoint's URL does not begin with https:// or http://.");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw badOption("The endpoint's URL has a user, a password, a query or a fragment.");
  }
  if (url.protocol === "http:" && !allowInsecure && !isLoopback(url.hostname)) {
    throw new RunPodClientError("insecure-url", `The key would travel unencrypted to ${url.hostname}.`);
  }
  const { run, runSync } = jobOperations;
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const isOperation = segments.at(-1) === run || segments.at(-1) === runSync;
  return [url.origin, ...segments.slice(0, isOperation ? -1 : undefined)].join("/");
}

function badOption(message: string): RunPodClientError {
  return new RunPodClientError("bad-options", message);
}
