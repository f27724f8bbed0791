import type { PreflightConfig } from "#model/config.js";
import { configPlace } from "./config-place.js";
import { type DataObject, isObject, listOf, objectOf } from "./data-value.js";
import { readHttpRequests } from "./http-requests.js";
import type { DataFile, DocumentFacts, JobPayload, ProjectFile } from "./project-facts.js";
import { baseNameOf } from "./project-path.js";
import type { ProjectShell } from "./project-shell.js";
import { parseRelaxedJson } from "./relaxed-json.js";

/** Every job body that the project's files show: tests, hub tests, scripts, documents, blueprints, configuration. */
export function readPayloads(
  files: ReadonlyMap<string, ProjectFile>,
  dataFiles: ReadonlyMap<string, DataFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
  config: PreflightConfig,
): readonly JobPayload[] {
  return [
    ...[...dataFiles.values()].flatMap((file) => filePayloads(file, files.get(file.path)?.text ?? "")),
    ...requestPayloads(files, documents, shellOf),
    ...documents.flatMap(documentPayloads),
    ...config.payloads.map((payload, i): JobPayload => ({
      location: configPlace(dataFiles, ["payloads", i]),
      source: "config",
      fields: payload.fields,
      hasInputEnvelope: true,
    })),
  ];
}

type Source = JobPayload["source"];

function filePayloads(file: DataFile, text: string): readonly JobPayload[] {
  if (file.format !== "json" || !text.includes("input")) return [];
  const root = objectOf(file.value);
  if (/(?:^|\/)\.runpod\/(?:tests|hub)\.json$/.test(file.path)) return hubPayloads(file, root);
  if (Array.isArray(root["flow"]) || Array.isArray(root["nodes"])) return blueprintPayloads(file);
  const payload = payloadOf(root, "test-input", { path: file.path, line: file.lineOf(["input"]) });
  if (payload !== undefined) return [payload];
  const isTestInput = /^test_input[\w.-]*\.json$/.test(baseNameOf(file.path)) && Object.keys(root).length > 0;
  return isTestInput ? [bareBody(root, "test-input", { path: file.path, line: 1 })] : [];
}

function hubPayloads(file: DataFile, root: DataObject): readonly JobPayload[] {
  return listOf(root["tests"]).flatMap((test, i) => {
    const line = file.lineOf(["tests", i, "input"]);
    return payloadOf({ input: objectOf(test)["input"] }, "hub-test", { path: file.path, line }) ?? [];
  });
}

/** Make and n8n keep the body of a request as text, inside modules at any depth. */
function blueprintPayloads(file: DataFile): readonly JobPayload[] {
  const found: JobPayload[] = [];
  const open: { readonly value: unknown; readonly keys: readonly (string | number)[] }[] = [
    { value: file.value, keys: [] },
  ];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { value, keys } = node;
    if (typeof value === "string" && value.includes('"input"')) {
      const body = objectOf(parseRelaxedJson(value.replace(/^=/, "")));
      const payload = payloadOf(body, "blueprint", { path: file.path, line: file.lineOf(keys) });
      if (payload !== undefined) found.push(payload);
    } else if (typeof value === "object" && value !== null && keys.length < maxDepth) {
      const isList = Array.isArray(value);
      for (const [key, child] of Object.entries(value).reverse()) {
        open.push({ value: child, keys: [...keys, isList ? Number(key) : key] });
      }
    }
  }
  return found;
}

const maxDepth = 30;

/** A body sent to a queue's `/run` without `input` is a payload too: one that the worker never gets. */
function requestPayloads(
  files: ReadonlyMap<string, ProjectFile>,
  documents: readonly DocumentFacts[],
  shellOf: ProjectShell,
): readonly JobPayload[] {
  return readHttpRequests(files, documents, shellOf).flatMap(({ url, body, location, source }) => {
    const value = parseRelaxedJson(body);
    if (!isObject(value)) return [];
    const isQueueCall = /\/run(?:sync)?\/?(?:[?"'\s]|$)/.test(url);
    return payloadOf(value, source, location) ?? (isQueueCall ? [bareBody(value, source, location)] : []);
  });
}

function documentPayloads({ path, fences }: DocumentFacts): readonly JobPayload[] {
  return fences
    .filter(({ language, text }) => bodyLanguages.has(language) && text.includes('"input"'))
    .flatMap(({ text, line }) =>
      bodiesIn(text).flatMap((body) => {
        const location = { path, line: line + body.line };
        return payloadOf(objectOf(parseRelaxedJson(body.text)), "docs", location) ?? [];
      }),
    );
}

const bodyLanguages: ReadonlySet<string> = new Set(["", "json", "jsonc", "json5", "http", "javascript", "js"]);

/** Top-level objects of a sample: from a line that begins with `{` to the one that begins with `}`. */
function bodiesIn(text: string): readonly { readonly text: string; readonly line: number }[] {
  const bodies: { text: string; line: number }[] = [];
  const lines = text.split("\n");
  let start = -1;
  lines.forEach((line, i) => {
    if (line.startsWith("{")) start = i;
    if (start === -1 || !/^\}|^\{.*\}\s*$/.test(line)) return;
    bodies.push({ text: lines.slice(start, i + 1).join("\n"), line: start });
    start = -1;
  });
  return bodies;
}

/** What RunPod's queue takes beside `input` (docs.runpod.io, "Send API requests"). */
const envelopeKeys: ReadonlySet<string> = new Set(["input", "id", "webhook", "webhookV2", "policy", "s3Config"]);

/** A job's status shows its `input` again, beside keys of its own: that is an answer, not a body. */
function payloadOf(body: DataObject, source: Source, location: JobPayload["location"]): JobPayload | undefined {
  const input = body["input"];
  if (!isObject(input) || Object.keys(body).some((key) => !envelopeKeys.has(key))) return undefined;
  return { location, source, fields: Object.keys(input), hasInputEnvelope: true };
}

function bareBody(body: DataObject, source: Source, location: JobPayload["location"]): JobPayload {
  return { location, source, fields: Object.keys(body), hasInputEnvelope: false };
}
