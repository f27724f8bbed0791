import { beforeAll, describe, expect, it } from "vitest";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { readShell } from "#facts/shell/read-shell.js";
import { defaultConfig, type PreflightConfig } from "#model/config.js";
import { readDataFiles } from "./data-files.js";
import { readDocuments } from "./documents.js";
import { readEndpoint } from "./endpoint.js";
import { projectShell } from "./project-shell.js";
import { filesOf } from "./testing/files-of.js";

beforeAll(loadShellGrammar);

const hub = `{
  "type": "serverless",
  "config": {
    "containerDiskInGb": 30,
    "gpuIds": "AMPERE_24,ADA_24,-NVIDIA L4",
    "gpuCount": 2,
    "allowedCudaVersions": ["12.8", "12.7"],
    "env": [{"key": "BUCKET", "input": {"default": "secret"}}]
  }
}`;

describe("readEndpoint", () => {
  it("reads hub.json, without values of variables", () => {
    const path = ".runpod/hub.json";
    const endpoint = read({ [path]: hub });
    expect(endpoint).toMatchObject({
      gpuPools: [
        { id: "AMPERE_24", location: { path, line: 5 } },
        { id: "ADA_24", location: { path, line: 5 } },
      ],
      containerDiskGB: { value: 30, location: { path, line: 4 } },
      gpuCount: { value: 2 },
      allowedCudaVersions: { values: ["12.8", "12.7"] },
      isServerless: { value: true },
    });
    expect([...endpoint.environment]).toEqual([["BUCKET", { path, line: 8 }]]);
    expect(JSON.stringify(endpoint)).not.toContain("secret");
  });

  it("reads what Python code sends, whose truth has a capital", () => {
    const code = 'import runpod\nvariables = {"containerDiskInGb": 10, "isServerless": True}\n';
    expect(read({ "make_template.py": code })).toMatchObject({ isServerless: { value: true, location: { line: 2 } } });
  });

  it("reads REST v1 and v2 bodies kept as files", () => {
    const v1 =
      '{"templateId": "t", "gpuTypeIds": ["x"], "executionTimeoutMs": 900000, "networkVolumeId": "abc", "workersMax": 3}';
    expect(read({ "endpoint.json": v1 })).toMatchObject({
      executionTimeoutSeconds: { value: 900 },
      networkVolume: { path: "endpoint.json", line: 1 },
    });
    const v2 =
      "type: QUEUE\nimage: me/x:1\nenv: {A: b}\ngpu:\n  pools: [ADA_48_PRO]\n  count: 1\nworkersMax: 1\nnetworkVolumes: []\n";
    expect(read({ "endpoint.yaml": v2 })).toMatchObject({
      gpuPools: [{ id: "ADA_48_PRO", location: { line: 5 } }],
      gpuCount: { value: 1 },
      imageReferences: [{ reference: "me/x:1" }],
      isServerless: { value: true },
      networkVolume: undefined,
    });
  });

  it("reads what a script sends, variables filled in, REST and GraphQL alike", () => {
    const script = [
      "IMAGE=me/worker:v2",
      String.raw`curl -d "{\"query\": \"mutation { saveTemplate(input: { imageName: \\\"$IMAGE\\\", containerDiskInGb: 80 }) { id } }\"}" $U`,
      `curl -d '{"input": {"a": 1}, "policy": {"executionTimeout": 600000, "ttl": 3600000}}' $U`,
    ].join("\n");
    expect(read({ "deploy.sh": script })).toMatchObject({
      imageReferences: [{ reference: "me/worker:v2", location: { path: "deploy.sh", line: 2 } }],
      containerDiskGB: { value: 80 },
      executionTimeoutSeconds: { value: 600, location: { line: 3 } },
      ttlSeconds: { value: 3600 },
    });
  });

  it("reads calls in code, and names no image that is a variable", () => {
    const code =
      'import runpod\nrunpod.create_endpoint(\n  imageName=IMAGE,\n  gpuIds="AMPERE_48",\n)\nx = {"imageName": "${A}/x"}\n';
    expect(read({ "deploy.py": code })).toMatchObject({
      gpuPools: [{ id: "AMPERE_48", location: { line: 4 } }],
      imageReferences: [],
    });
  });

  it("takes nothing out of a job's own input, nor out of a call to somebody else", () => {
    const script =
      `curl -d '{"input": {"image": "abc", "disk": 5}}' https://api.runpod.ai/v2/x/run\n` +
      `curl -d '{"image": "abc", "type": "pod"}' https://api.example.com/x\n`;
    const tests = '{"tests": [{"input": {"image": "abc", "disk": 7}}], "config": {"gpuCount": 1}}';
    expect(read({ "call.sh": script, ".runpod/tests.json": tests })).toMatchObject({
      imageReferences: [],
      containerDiskGB: undefined,
      isServerless: undefined,
      gpuCount: { value: 1 },
    });
  });

  it("lets configuration win over data files, and those over documents", () => {
    const readme = '```json\n{"gpuIds": "AMPERE_16",\n "containerDiskInGb": 5}\n```\n';
    expect(read({ "README.md": readme })).toMatchObject({
      gpuPools: [{ id: "AMPERE_16", location: { path: "README.md", line: 2 } }],
      containerDiskGB: { value: 5, location: { line: 3 } },
    });
    expect(read({ "README.md": readme, ".runpod/hub.json": hub }).gpuPools.map(({ id }) => id)).toEqual([
      "AMPERE_24",
      "ADA_24",
    ]);
    const config = { ...defaultConfig, gpuPools: ["HOPPER_141"], containerDiskGB: 99, endpointEnvironment: ["KEY"] };
    const endpoint = read(
      { ".runpod/hub.json": hub, "preflight.config.json": '{\n"gpuPools": ["HOPPER_141"]}' },
      config,
    );
    expect(endpoint).toMatchObject({
      gpuPools: [{ id: "HOPPER_141", location: { path: "preflight.config.json", line: 2 } }],
      containerDiskGB: { value: 99 },
    });
    expect([...endpoint.environment.keys()]).toEqual(["KEY", "BUCKET"]);
  });

  it("takes the settings of other things for nobody's", () => {
    const endpoint = read({ "k8s.yaml": "type: pod\nenv: {A: 1}\nimage: x\n", "values.yaml": "imageName: x\n" });
    expect(endpoint).toMatchObject({ gpuPools: [], imageReferences: [], isServerless: undefined });
    expect(endpoint.environment.size).toBe(0);
  });
});

function read(texts: Readonly<Record<string, string>>, config: PreflightConfig = defaultConfig) {
  const files = filesOf(texts);
  return readEndpoint(files, readDataFiles(files), readDocuments(files), projectShell(files, readShell), config);
}
