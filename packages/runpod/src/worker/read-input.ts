import type { StandardSchemaV1 } from "@standard-schema/spec";
import { JobFailure } from "./handler.js";

/** Most issues that are named. */
const maxIssues = 20;
const maxMessageLength = 300;

/**
 * The input as the schema makes it.
 * @throws JobFailure naming every issue with its place; the input itself is not quoted by us.
 */
export async function readInput(schema: StandardSchemaV1 | undefined, input: unknown): Promise<unknown> {
  if (schema === undefined) return input;
  const result = await schema["~standard"].validate(input);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.slice(0, maxIssues).map(issueInWords);
  const more = result.issues.length - issues.length;
  throw new JobFailure(`The input is not valid: ${issues.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`);
}

function issueInWords({ path, message }: StandardSchemaV1.Issue): string {
  const text = message.slice(0, maxMessageLength).replace(/\.$/, "");
  return `${pathInWords(path ?? [])}: ${text}`;
}

function pathInWords(path: readonly (PropertyKey | StandardSchemaV1.PathSegment)[]): string {
  const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
  return keys.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    "input",
  );
}
