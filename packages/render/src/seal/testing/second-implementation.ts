import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The reference library, natively built; it comes through Python's package index and is read here by nothing else. */
const requirement = "c2pa-python==0.38.1";
const folder = fileURLToPath(new URL("../../../../../.cache/c2pa-python", import.meta.url));
const python = join(folder, "bin", "python");

/** What the other library says of a file. */
export interface SecondOpinion {
  /** `Invalid`, `Valid` or `Trusted`. */
  readonly state: string;
  readonly actions: readonly { readonly action: string; readonly digitalSourceType?: string }[];
  readonly failures: readonly string[];
}

/** Makes the library ready in the repository's cache; false when it cannot be had. */
export function hasSecondImplementation(): boolean {
  const works = () => existsSync(python) && spawnSync(python, ["-c", "import c2pa"]).status === 0;
  if (works()) return true;
  spawnSync("python3", ["-m", "venv", folder], { timeout: 120_000 });
  spawnSync(python, ["-m", "pip", "install", "--quiet", requirement], { timeout: 300_000 });
  return works();
}

/** Asks for its opinion. */
export function secondOpinion(file: {
  readonly path: string;
  readonly mediaType: string;
  readonly anchorsPem: string;
  readonly sidecarPath?: string;
}): SecondOpinion {
  const asked = spawnSync(python, ["-c", script, JSON.stringify(file)], { encoding: "utf8" });
  if (asked.status !== 0) throw new Error(asked.stderr);
  return JSON.parse(asked.stdout) as SecondOpinion;
}

const script = `
import json, sys
from c2pa import Context, Reader, Settings
file = json.loads(sys.argv[1])
settings = {"verify": {"verify_trust": True, "remote_manifest_fetch": False}}
if file["anchorsPem"]: settings["trust"] = {"user_anchors": file["anchorsPem"]}
context = Context(settings=Settings.from_dict(settings))
store = open(file["sidecarPath"], "rb").read() if "sidecarPath" in file else None
with open(file["path"], "rb") as stream:
    report = json.loads(Reader(file["mediaType"], stream, store, context=context).json())
manifest = report["manifests"][report["active_manifest"]]
actions = [a for each in manifest["assertions"] if each["label"].startswith("c2pa.actions") for a in each["data"]["actions"]]
failures = [each["code"] for each in report["validation_results"]["activeManifest"]["failure"]]
print(json.dumps({"state": report["validation_state"], "actions": actions, "failures": failures}))
`;
