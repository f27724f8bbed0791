import { Command } from "commander";
import { expect, it } from "vitest";
import type { CliContext } from "#cli/context.js";
import { doctorNow, healthyProbes, healthyWorld } from "#doctor/testing/healthy.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { addDoctorCommand } from "./doctor.js";

/** Runs the command alone, with probes of a made-up machine. */
async function runDoctor(probes: Parameters<typeof healthyProbes>[0], ...argv: string[]) {
  const { io, scratchFolder } = await healthyWorld();
  const written: string[] = [];
  const output = { isTerminal: false, write: (text: string) => void written.push(text) };
  const context: CliContext = {
    io: {
      ...io,
      stdout: output,
      stderr: output,
      isInputTerminal: false,
      cwd: scratchFolder,
      ask: () => Promise.reject(),
    },
    wiring: createFakeWiring(),
    isJson: argv.includes("--json"),
    argv,
  };
  const program = new Command().exitOverride();
  addDoctorCommand(program, context, () => healthyProbes(probes));
  const thrown = await program.parseAsync(["doctor", ...argv], { from: "user" }).then(
    () => undefined,
    (error: { readonly exitStatus?: number }) => error,
  );
  return { exitStatus: thrown === undefined ? 0 : thrown.exitStatus, text: written.join("") };
}

const oldNode = () => ({
  nodeVersion: "18.0.0",
  platform: "linux",
  architecture: "x64",
  cores: 1,
  memoryBytes: 2 ** 34,
});

it("ends with GO and 0 when nothing is wrong", async () => {
  const { exitStatus, text } = await runDoctor({});
  expect(exitStatus).toBe(0);
  expect(text).toContain("✓ Node.js is new enough. (20.19.0)\n");
  expect(text).toMatch(/\n\nGO\n$/);
});

it("ends with GO-WITH-WARNINGS and 0 when something will cost", async () => {
  const { exitStatus, text } = await runDoctor({ database: { now: new Date(doctorNow.getTime() + 10_000) } });
  expect(exitStatus).toBe(0);
  expect(text).toContain(
    "! The clock of the database is another than ours. (10.0 s ahead of this machine)\n    Set this machine's clock",
  );
  expect(text).toMatch(/\nGO-WITH-WARNINGS: 1 warning\n$/);
});

it("ends with NO-GO and 1 when something is broken", async () => {
  const { exitStatus, text } = await runDoctor({ machine: oldNode });
  expect(exitStatus).toBe(1);
  expect(text).toContain("✗ Node.js is too old. (18.0.0)\n    Install Node.js 20.19 or newer.\n");
  expect(text).toMatch(/\nNO-GO: 1 error, 1 warning\n$/);
});

it("tells programs the same in one JSON object", async () => {
  const { exitStatus, text } = await runDoctor({ machine: oldNode }, "--json");
  expect(exitStatus).toBe(1);
  const { verdict, findings } = JSON.parse(text) as { verdict: string; findings: unknown[] };
  expect(verdict).toBe("NO-GO");
  expect(findings[0]).toEqual({
    id: "node",
    level: "error",
    what: "Node.js is too old.",
    evidence: "18.0.0",
    remedy: "Install Node.js 20.19 or newer.",
    fixable: false,
  });
});
