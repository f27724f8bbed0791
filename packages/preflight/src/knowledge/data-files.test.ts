import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type DataFileName, dataFileNames } from "./read-data.js";

const folder = new URL("../../knowledge/", import.meta.url);
const text = z.string().min(1);
const names = z.array(text);
const sources = z.array(text).min(1);
const distribution = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const version = z.string().regex(/^\d+(\.\d+)*$/);
const minor = z.string().regex(/^\d+\.\d+$/);
const codenames = z.strictObject({ source: text, codenames: z.record(text, text), latest: text });
const environment = z.record(text, text);

const flag = z.strictObject({
  name: z.string().startsWith("-"),
  takesValue: z.boolean(),
  choices: names.optional(),
  isRequired: z.literal(true).optional(),
});

const entries: Record<DataFileName, z.ZodType> = {
  "base-images": z.strictObject({
    bundles: z.record(
      text,
      z.strictObject({ programs: names, systemPackages: names, distributions: z.array(distribution), source: text }),
    ),
    ubuntu: codenames,
    debian: codenames,
    python: z.strictObject({
      source: sources,
      latest: minor,
      defaultRelease: z.record(minor, text),
      firstPatch: z.strictObject({ trixie: z.record(minor, z.int()), bookworm: z.record(minor, z.int()) }),
    }),
    pytorch: z.strictObject({
      source: sources,
      pythons: z.record(minor, minor),
      ubuntu: z.record(version, minor),
      lastCondaFfmpeg: minor,
    }),
    runpodBaseOld: z.strictObject({ source: text, python: minor, ubuntu: z.record(text, minor), environment }),
    runpodBaseNew: z.strictObject({ source: text, python: minor, environment }),
  }),
  "build-needs": z.record(
    distribution,
    z
      .array(
        z.strictObject({
          onlyVersions: z.string().startsWith("<").optional(),
          tools: z.array(z.enum(["compiler", "headers", "cmake", "nvcc", "git", "rust", "pkg-config"])).min(1),
          reason: text,
          source: sources,
        }),
      )
      .min(1),
  ),
  dependencies: z.record(distribution, z.strictObject({ requires: z.array(distribution).min(1), source: text })),
  "gpu-pools": z.array(
    z.strictObject({
      id: z.string().regex(/^[A-Z0-9_]+$/),
      cards: z.array(z.strictObject({ name: text, memoryGiB: z.int().positive(), computeCapability: minor })).min(1),
      usdPerSecond: z.number().positive().max(0.01).optional(),
    }),
  ),
  models: z.array(
    z.strictObject({
      id: text,
      names: names.min(1),
      parts: z
        .array(
          z.strictObject({
            role: text,
            parameters: z.int().positive().optional(),
            dtype: z.enum(["fp32", "fp16", "bf16", "fp8"]).optional(),
            diskBytes: z.int().positive().optional(),
          }),
        )
        .min(1),
      requiredFiles: names,
      downloadBytes: z.int().positive().optional(),
      licence: z.strictObject({ spdx: text, isCommercialAllowed: z.boolean() }),
      source: sources,
    }),
  ),
  modules: z.record(z.string().regex(/^\w+(\.\w+)*$/), z.array(distribution).min(1)),
  programs: z.record(
    text,
    z.array(z.strictObject({ tool: z.enum(["apt", "pip", "driver", "npm"]), name: text })).min(1),
  ),
  projects: z.array(
    z.strictObject({
      repository: z.string().regex(/^[\w-]+\/[\w.-]+$/),
      aliases: names.optional(),
      commit: z.string().regex(/^[0-9a-f]{40}$/),
      requirementFiles: z.array(
        z.strictObject({
          path: text,
          requirements: z.array(
            z.strictObject({ name: distribution, specifier: z.string(), url: z.string().optional() }),
          ),
        }),
      ),
      unlistedDistributions: z.array(distribution),
      packages: z.array(z.strictObject({ name: text, folder: z.string() })).min(1),
      scripts: z.array(z.strictObject({ path: text, flags: z.array(flag).min(1), imports: names.optional() })),
      isInstallable: z.boolean(),
      licence: text,
      source: sources,
    }),
  ),
  removed: z.strictObject({
    removed: z.array(
      z.strictObject({
        name: text,
        kind: z.enum(["program", "module", "name"]),
        distribution,
        removedIn: version,
        replacement: text,
        source: text,
      }),
    ),
    floors: z.array(z.strictObject({ name: text, distribution, since: version, source: text })),
    knownBad: z.array(
      z.strictObject({
        distribution,
        versions: text,
        when: z.enum(["always", "network-volume"]),
        reason: text,
        use: text,
        source: text,
      }),
    ),
    pythonFloors: z.array(z.strictObject({ distribution, since: version, python: minor, source: text })),
  }),
  "shared-libraries": z.strictObject({
    needs: z.record(
      distribution,
      z
        .array(
          z.strictObject({
            library: z.string().startsWith("lib"),
            packages: z.record(text, text).refine((packages) => "default" in packages),
            onlyVersions: text.optional(),
            source: text,
          }),
        )
        .min(1),
    ),
    brings: z.strictObject({ release: text, packages: z.record(text, names.min(1)) }),
  }),
  "status-texts": z.strictObject({ pending: text, processing: text, complete: text, failed: text }),
  "system-packages": z.record(
    text,
    z.strictObject({
      replacement: text,
      goneIn: z.strictObject({ debian: text.optional(), ubuntu: text.optional() }),
      source: sources,
    }),
  ),
  torch: z.strictObject({
    versions: z.array(
      z.strictObject({
        torch: minor,
        torchvision: minor,
        torchaudio: minor,
        torchcodec: z.array(minor),
        cudas: z.array(minor).min(1),
        defaultCuda: minor.optional(),
        pythons: z.array(minor).min(1),
        supportsNumpy2: z.boolean(),
      }),
    ),
    floors: z.strictObject({
      source: text,
      byCapability: z.record(minor, z.strictObject({ torch: version, cuda: minor })),
    }),
    drivers: z.strictObject({ source: text, byCudaMajor: z.record(z.string().regex(/^\d+$/), version) }),
  }),
};

describe("data files", () => {
  it("are exactly those that the code names", () => {
    expect(readdirSync(folder).sort()).toEqual(dataFileNames.map((name) => `${name}.json`).sort());
  });

  it.each(dataFileNames)("%s has its shape, sources and a date", (name) => {
    const data: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
    const schema = z.strictObject({ source: sources, checked: z.iso.date(), entries: entries[name] });
    expect(z.prettifyError(schema.safeParse(data).error ?? new z.ZodError([]))).toBe("");
  });
});
