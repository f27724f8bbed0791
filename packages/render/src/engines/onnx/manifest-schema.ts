import { isAbsolute, normalize } from "node:path";
import { z } from "zod";
import { convertedFamilies, swapFamilies } from "./family-defaults.js";
import { cropTemplates, type CropTemplate } from "./five-points.js";

const text = z.string().trim().min(1).max(300);
const side = z.int().min(32).max(1024);
const template = z.enum(Object.keys(cropTemplates) as [CropTemplate, ...CropTemplate[]]);
const perChannel = (value: z.ZodNumber) =>
  z.union([value, z.tuple([value, value, value])]).transform((given): readonly [number, number, number] => {
    return typeof given === "number" ? [given, given, given] : given;
  });
const normalise = z.strictObject({
  mean: perChannel(z.number().min(-10).max(10)),
  std: perChannel(z.number().min(0.001).max(1000)),
});

/** Files lie in the manifest's folder or below it. */
const fileName = text.refine((path) => !isAbsolute(path) && !/^\.\.([/\\]|$)/.test(normalize(path)), {
  message: "the path of a file beside the manifest, or in a folder below it",
});

/** A file, and what may be done with it where that differs from what the manifest says as a whole. */
const modelFile = z.strictObject({
  file: fileName,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits in lower case"),
  licence: text.optional(),
  commercialUse: z.boolean().optional(),
  origin: text.optional(),
});

const embedder = modelFile.extend({
  size: side.default(112),
  template: template.default("arcface_112_v2"),
  normalise: normalise.default({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }),
});

const source = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("embedding"),
    embedder,
    converter: modelFile.optional(),
    normalised: z.boolean(),
    projection: z.literal("last-initializer").optional(),
  }),
  z.strictObject({ kind: z.literal("image"), size: side, template, normalise }),
]);

/** A manifest as it is written, with what its family implies already filled in; what this gives is still relative to its place. */
export const swapManifestSchema = z
  .strictObject({
    version: z.literal(1),
    name: text,
    family: z.enum(swapFamilies),
    model: modelFile,
    size: side,
    template,
    normalise,
    output: z.strictObject({ range: z.tuple([z.number(), z.number()]).refine(([low, high]) => low < high) }),
    inputs: z.strictObject({ source: text, target: text }).default({ source: "source", target: "target" }),
    source,
    providers: z.enum(["cpu", "cuda"]).default("cpu"),
    licence: text,
    commercialUse: z.boolean(),
    origin: text,
  })
  .superRefine((value, context) => {
    if (!convertedFamilies.has(value.family) || value.source.kind !== "embedding" || value.source.converter) return;
    context.addIssue({
      code: "custom",
      path: ["source", "converter"],
      message: `the family ${value.family} needs one`,
    });
  });

/** A file as a manifest names it. */
export type WrittenFile = z.infer<typeof modelFile>;

/** The source as a manifest writes it. */
export type WrittenSource = z.infer<typeof source>;
