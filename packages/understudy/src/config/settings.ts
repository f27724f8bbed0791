import { z } from "zod";
import { configSchema } from "./schema.js";

/** One leaf of the schema, with what a reader wants to know of it. */
export interface Setting {
  /** Dotted path, such as `limits.maxPixels`. */
  readonly path: string;
  /** Its environment variable, such as `UNDERSTUDY_LIMITS_MAX_PIXELS`. */
  readonly variable: string;
  readonly schema: z.ZodType;
  readonly kind: "text" | "number" | "switch";
  /** Accepted values in words, such as `whole number, 1 to 16`. */
  readonly range: string;
  readonly defaultValue: unknown;
  readonly meaning: string;
}

/** All settings, in the order of the schema. */
export const settings: readonly Setting[] = leaves(configSchema, []);

/** Variables that start with `UNDERSTUDY_` and are no setting: the whole file in one, the stack-trace switch, the service's first key. */
export const reservedVariables = {
  wholeFile: "UNDERSTUDY_CONFIG",
  debug: "UNDERSTUDY_DEBUG",
  apiKey: "UNDERSTUDY_API_KEY",
} as const;

function leaves(object: z.ZodObject, parents: readonly string[]): Setting[] {
  return Object.entries(object.shape).flatMap(([key, schema]) => {
    const path = [...parents, key];
    const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
    return inner instanceof z.ZodObject ? leaves(inner, path) : [leaf(schema as z.ZodType, path)];
  });
}

function leaf(schema: z.ZodType, path: readonly string[]): Setting {
  const facts = z.toJSONSchema(schema);
  return {
    path: path.join("."),
    variable: `UNDERSTUDY_${path.map(upperSnake).join("_")}`,
    schema,
    kind: kindOf(facts),
    range: rangeInWords(facts),
    defaultValue: schema.parse(undefined),
    meaning: schema.description ?? "",
  };
}

function kindOf(facts: z.core.JSONSchema.BaseSchema): Setting["kind"] {
  if (facts.type === "boolean") return "switch";
  return facts.type === "string" || facts.anyOf !== undefined ? "text" : "number";
}

function rangeInWords(facts: z.core.JSONSchema.BaseSchema): string {
  if (facts.enum !== undefined) return facts.enum.join(" | ");
  if (facts.type === "boolean") return "true | false";
  if (facts.anyOf?.some((each) => typeof each === "object" && each.const === "mesh")) return "mesh | onnx:MANIFEST";
  if (facts.anyOf?.some((each) => typeof each === "object" && each.const === "flite")) return "flite | endpoint:URL";
  if (facts.anyOf !== undefined) return "an http or https address, or empty";
  if (facts.pattern !== undefined) return "on | start | delegated:REASON";
  if (facts.type === "string") return facts.minLength === undefined ? "text" : "text, not empty";
  const kind = facts.type === "integer" ? "whole number" : "number";
  const lower = facts.exclusiveMinimum === undefined ? `${facts.minimum}` : `above ${facts.exclusiveMinimum}`;
  return `${kind}, ${lower} to ${facts.maximum}`;
}

function upperSnake(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
