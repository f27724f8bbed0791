import { tmpdir } from "node:os";
import { ok, trouble, type Finding } from "#doctor/finding.js";
import type { Check, MachineFacts } from "#doctor/world.js";

const gigabyte = 1024 ** 3;

/** Node.js, the system, processors and memory. */
export const machineCheck: Check = {
  id: "machine",
  part: "this machine",
  async examine({ probes }) {
    const facts = probes.machine();
    return [nodeFinding(facts), systemFinding(facts), coresFinding(facts), memoryFinding(facts)];
  },
};

/** Room on the disks that fill up first. */
export const diskCheck: Check = {
  id: "disk",
  part: "free disk",
  async examine({ config, probes }) {
    const [data, temporary] = [await probes.freeBytes(config.dataFolder), await probes.freeBytes(tmpdir())];
    return [
      diskFinding("disk-data", "data folder", data, { least: gigabyte, enough: 5 * gigabyte }),
      diskFinding("disk-temporary", "temporary folder", temporary, { least: gigabyte / 8, enough: gigabyte }),
    ];
  },
};

function nodeFinding({ nodeVersion }: MachineFacts): Finding {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isNewEnough = major > 20 || (major === 20 && minor >= 19);
  if (isNewEnough) return ok("node", "Node.js is new enough.", nodeVersion);
  const remedy = "Install Node.js 20.19 or newer.";
  return trouble("error", "node", "Node.js is too old.", { evidence: nodeVersion, remedy });
}

/** What the media stack and the private database bring programs for. */
const knownSystems = ["linux x64", "linux arm64", "darwin x64", "darwin arm64", "win32 x64"];

function systemFinding({ platform, architecture }: MachineFacts): Finding {
  const evidence = `${platform} ${architecture}`;
  if (knownSystems.includes(evidence)) return ok("system", "The system is one that is known to work.", evidence);
  return trouble("warning", "system", "Nobody has tried this system.", {
    evidence,
    remedy: `Known to work: ${knownSystems.join(", ")}.`,
  });
}

function coresFinding({ cores }: MachineFacts): Finding {
  const evidence = `${cores}`;
  if (cores > 1) return ok("cores", "There are processors to draw on.", evidence);
  return trouble("warning", "cores", "A single processor draws and answers requests.", {
    evidence,
    remedy: "Give the machine two processors or more, or run `understudy serve --role runner` on another one.",
  });
}

function memoryFinding({ memoryBytes }: MachineFacts): Finding {
  const evidence = inGigabytes(memoryBytes);
  if (memoryBytes >= 2 * gigabyte) return ok("memory", "There is enough memory.", evidence);
  return trouble("warning", "memory", "There is little memory: a render of 1080p takes about 1 GB.", {
    evidence,
    remedy: "Give it 2 GB or more, or set workers to 1.",
  });
}

function diskFinding(
  id: string,
  name: string,
  free: number,
  { least, enough }: { readonly least: number; readonly enough: number },
): Finding {
  const evidence = `${inGigabytes(free)} free`;
  if (free >= enough) return ok(id, `The ${name} has room.`, evidence);
  const level = free < least ? "error" : "warning";
  const remedy = `Free some space: ${inGigabytes(enough)} let a few videos be in work.`;
  return trouble(level, id, `The disk of the ${name} is nearly full.`, { evidence, remedy });
}

function inGigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
