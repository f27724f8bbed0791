import { beforeAll, describe, expect, it } from "vitest";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { readShell } from "#facts/shell/read-shell.js";
import { defaultConfig, type PreflightConfig } from "#model/config.js";
import { readDataFiles } from "./data-files.js";
import { readDocuments } from "./documents.js";
import { readPayloads } from "./payloads.js";
import { projectShell } from "./project-shell.js";
import { filesOf } from "./testing/files-of.js";

beforeAll(loadShellGrammar);

describe("readPayloads", () => {
  it("reads test_input.json and every JSON file of its shape", () => {
    const found = payloads({
      "test_input.json": '{\n"input": {"a": 1, "b": 2}}',
      "job.json": '{"input": {"c": 1}, "webhook": "u"}',
    });
    expect(found).toMatchObject([
      { source: "test-input", fields: ["c"], location: { path: "job.json", line: 1 } },
      { source: "test-input", fields: ["a", "b"], hasInputEnvelope: true, location: { line: 2 } },
    ]);
  });

  it("says when a test_input.json has no envelope, and takes no other JSON for a body", () => {
    const found = payloads({ "test_input.json": '{"input_path": 1}', "x.json": '{"input": {"a": 1}, "kind": "node"}' });
    expect(found).toMatchObject([{ fields: ["input_path"], hasInputEnvelope: false }]);
  });

  it("reads hub tests, not the inputs that hub.json asks a user for", () => {
    const found = payloads({
      ".runpod/tests.json": '{"tests": [\n{"name": "t", "input": {"a": 1}},\n{"input": {"b": 1}}]}',
      ".runpod/hub.json": '{"config": {"env": [{"key": "K", "input": {"type": "string"}}]}}',
    });
    expect(found).toMatchObject([
      { source: "hub-test", fields: ["a"], location: { line: 2 } },
      { fields: ["b"], location: { line: 3 } },
    ]);
  });

  it("reads curl bodies, however they are quoted", () => {
    const script = [
      `curl -X POST "$API/run" -H 'A: b' -d '{"input": {"single": 1}}'`,
      String.raw`curl --data "{\"input\": {\"double\": \"$URL\"}}" https://h/v2/x/runsync`,
      `curl -d '{"input": {"spliced": "'"$X"'", "count": '$N'}}' https://h/run`,
      "curl --json @- https://h/run <<EOF",
      '{"input": {"heredoc": $N}}',
      "EOF",
    ].join("\n");
    expect(payloads({ "call.sh": script }).map(({ fields, location }) => [location.line, ...fields])).toEqual([
      [1, "single"],
      [2, "double"],
      [3, "spliced", "count"],
      [5, "heredoc"],
    ]);
  });

  it("reports a body without `input` only when it goes to the queue", () => {
    const script = `curl -d '{"a": 1}' https://api.runpod.ai/v2/x/run\ncurl -d '{"a": 1}' https://hooks.example/x\n`;
    expect(payloads({ "call.sh": script })).toMatchObject([
      { fields: ["a"], hasInputEnvelope: false, location: { line: 1 } },
    ]);
  });

  it("reads bodies in documents with comments, ellipses and placeholders, several in one sample", () => {
    const text =
      'Send:\n```json\n// first\n{\n  "input": {\n    "a": <seed>, // why\n    "b": [1, ...],\n  }\n}\n{"input": {"c": {}}}\n```\n';
    expect(payloads({ "README.md": text })).toMatchObject([
      { source: "docs", fields: ["a", "b"], location: { line: 4 } },
      { fields: ["c"], location: { line: 10 } },
    ]);
  });

  it("does not take a job's status for a body", () => {
    expect(payloads({ "README.md": '```json\n{"id": "1", "status": "COMPLETED", "input": {"a": 1}}\n```\n' })).toEqual(
      [],
    );
  });

  it("reads the bodies inside Make and n8n blueprints", () => {
    const make = { flow: [{ module: "http", mapper: { data: '{"input": {"video": "{{1.url}}", "n": {{2.n}}}}' } }] };
    const n8n = { nodes: [{ parameters: { jsonBody: '={"input": {"text": "{{ $json.t }}"}}' } }] };
    const found = payloads({ "make.json": JSON.stringify(make, null, 1), "n8n.json": JSON.stringify(n8n) });
    expect(found).toMatchObject([
      { source: "blueprint", fields: ["video", "n"], location: { path: "make.json", line: 6 } },
      { source: "blueprint", fields: ["text"] },
    ]);
  });

  it("adds those of the configuration", () => {
    const config = { ...defaultConfig, payloads: [{ name: "airtable", fields: ["record_id"] }] };
    expect(payloads({ "preflight.config.json": '{\n"payloads": [\n{"name": "airtable"}]}' }, config)).toMatchObject([
      { source: "config", fields: ["record_id"], location: { path: "preflight.config.json", line: 3 } },
    ]);
  });
});

function payloads(texts: Readonly<Record<string, string>>, config: PreflightConfig = defaultConfig) {
  const files = filesOf(texts);
  return readPayloads(files, readDataFiles(files), readDocuments(files), projectShell(files, readShell), config);
}
