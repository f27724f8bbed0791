import type { ApiDocument } from "./openapi-document.js";
import { exampleOf, resolvePart, type SchemaPart, type Schemas } from "./examples.js";

/** A route as people read of it. */
export interface RouteDescription {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  /** With the ids of the descriptions' examples. */
  readonly examplePath: string;
  readonly subject: string;
  readonly summary: string;
  readonly description: string;
  /** Undefined: the route is open. */
  readonly scope: string | undefined;
  readonly fields: readonly FieldDescription[];
  readonly bodyExample: unknown;
  /** Undefined: the route takes no body. */
  readonly bodyType: string | undefined;
  readonly answers: readonly AnswerDescription[];
  /** A command line that works once the variables are set. */
  readonly curl: string;
}

/** Something that a request may say. */
export interface FieldDescription {
  readonly name: string;
  readonly place: "path" | "query" | "header" | "cookie" | "body";
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

/** A way in which a request is answered. */
export interface AnswerDescription {
  readonly status: string;
  readonly description: string;
  readonly example: unknown;
}

const methods = ["get", "head", "post", "put", "patch", "delete", "options"] as const;

interface Media {
  readonly schema?: SchemaPart;
  readonly example?: unknown;
}

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly "x-scope"?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: FieldDescription["place"];
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: SchemaPart;
    readonly example?: unknown;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

/** Reads a document's routes in their order. */
export function describeRoutes(document: ApiDocument): readonly RouteDescription[] {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Readonly<Record<string, Operation>>)[method];
      return operation === undefined ? [] : [describe(method.toUpperCase(), path, operation, schemas)];
    }),
  );
}

function describe(method: string, path: string, operation: Operation, schemas: Schemas): RouteDescription {
  const [bodyType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const bodyExample = media && exampleIn(media, schemas);
  const scope = operation["x-scope"];
  const examplePath = examplePathOf(path, operation, schemas);
  return {
    method,
    path,
    examplePath,
    subject: operation.tags?.[0] ?? path.split("/").find((part) => part !== "" && part !== "v1") ?? "service",
    summary: operation.summary ?? `${method} ${path}`,
    description: operation.description ?? "",
    scope,
    fields: [...parametersOf(operation, schemas), ...bodyFieldsOf(media, schemas)],
    bodyExample,
    bodyType,
    answers: Object.entries(operation.responses ?? {}).map(([status, { description = "", content }]) => {
      const [answer] = Object.values(content ?? {});
      return { status, description, example: answer && exampleIn(answer, schemas) };
    }),
    curl: curlOf({ method, path: examplePath, scope, bodyType, bodyExample }),
  };
}

function exampleIn({ schema, example }: Media, schemas: Schemas): unknown {
  return example ?? (schema && exampleOf(schema, schemas));
}

function parametersOf({ parameters = [] }: Operation, schemas: Schemas): readonly FieldDescription[] {
  return parameters.map(({ name, in: place, required = false, schema = {}, description }) => ({
    name,
    place,
    type: typeOf(schema, schemas),
    isRequired: required,
    description: description ?? schema.description ?? "",
  }));
}

function bodyFieldsOf(media: Media | undefined, schemas: Schemas): readonly FieldDescription[] {
  const { properties = {}, required = [] } = resolvePart(media?.schema ?? {}, schemas);
  return Object.entries(properties).map(([name, part]) => ({
    name,
    place: "body",
    type: typeOf(part, schemas),
    isRequired: required.includes(name),
    description: part.description ?? resolvePart(part, schemas).description ?? "",
  }));
}

function typeOf(part: SchemaPart, schemas: Schemas): string {
  const schema = resolvePart(part, schemas);
  if (schema.enum !== undefined) return schema.enum.join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.items !== undefined) return `list of ${typeOf(schema.items, schemas)}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice, schemas)))].join(" or ");
  return [schema.type ?? "any"].flat().join(" | ");
}

function examplePathOf(path: string, { parameters = [] }: Operation, schemas: Schemas): string {
  return path.replaceAll(/\{(.+?)\}/g, (_, name: string) => {
    const parameter = parameters.find((each) => each.in === "path" && each.name === name);
    const example = parameter?.example ?? (parameter?.schema && exampleOf(parameter.schema, schemas));
    return example === undefined ? name.toUpperCase() : String(example);
  });
}

function curlOf(route: {
  readonly method: string;
  readonly path: string;
  readonly scope: string | undefined;
  readonly bodyType: string | undefined;
  readonly bodyExample: unknown;
}): string {
  const { method, path, scope, bodyType, bodyExample } = route;
  const isJson = bodyType === "application/json";
  const how = method === "HEAD" ? ["--head"] : method === "GET" ? [] : [`-X ${method}`];
  return [
    ["curl", ...how, `"$UNDERSTUDY_URL${path}"`].join(" "),
    ...(scope === undefined ? [] : [`-H "Authorization: Bearer $UNDERSTUDY_API_KEY"`]),
    ...(bodyType === undefined ? [] : [`-H "Content-Type: ${bodyType}"`]),
    ...(isJson && bodyExample !== undefined ? [`-d ${shellQuoted(JSON.stringify(bodyExample))}`] : []),
    ...(bodyType !== undefined && !isJson ? ["--data-binary @FILE"] : []),
  ].join(" \\\n  ");
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
