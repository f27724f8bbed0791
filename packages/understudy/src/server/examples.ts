/** The part of JSON Schema that examples are made from. */
export interface SchemaPart {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly required?: readonly string[];
  readonly items?: SchemaPart;
  readonly anyOf?: readonly SchemaPart[];
  readonly oneOf?: readonly SchemaPart[];
}

/** Named schemas of a document. */
export type Schemas = Readonly<Record<string, SchemaPart>>;

/** Follows a reference, which may lead to another. */
export function resolvePart(part: SchemaPart, schemas: Schemas): SchemaPart {
  const target = part.$ref === undefined ? undefined : schemas[part.$ref.split("/").at(-1) ?? ""];
  return target === undefined ? part : resolvePart(target, schemas);
}

/** An example that its author wrote, or one put together from the required parts. Undefined where nothing says enough. */
export function exampleOf(part: SchemaPart, schemas: Schemas): unknown {
  const schema = resolvePart(part, schemas);
  const [written = schema.example ?? schema.const ?? schema.default ?? schema.enum?.[0]] = schema.examples ?? [];
  if (written !== undefined) return written;
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice !== undefined) return exampleOf(choice, schemas);
  if (schema.items !== undefined) {
    const item = exampleOf(schema.items, schemas);
    return item === undefined ? [] : [item];
  }
  if (schema.properties === undefined) return undefined;
  const wanted = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
  const parts = wanted.map(([name, each]) => [name, exampleOf(each, schemas)] as const);
  return parts.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(parts);
}
