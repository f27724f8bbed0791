import { z } from "zod";

/** Ours, DBOS's and the endpoint's names are all like this; some, such as `offset`, are words of SQL. */
const plainName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const headerSchema = z.strictObject({
  format: z.literal("understudy-database"),
  version: z.literal(1),
  /** Version of the package that wrote it. */
  madeBy: z.string().max(100),
  schemas: z
    .array(
      z.strictObject({
        name: plainName,
        /** What was applied to it, in its own words; two schemas with the same marks have the same tables. */
        migrations: z.array(z.string().max(300)).max(1000),
        tables: z
          .array(
            z.strictObject({
              name: plainName,
              columns: z.array(plainName).min(1).max(200),
              rows: z.int().min(0),
            }),
          )
          .max(200),
        sequences: z
          .array(z.strictObject({ name: plainName, value: z.string().regex(/^-?\d{1,19}$/), isCalled: z.boolean() }))
          .max(200),
      }),
    )
    .max(10),
});

/**
 * The first line of an export, as JSON. Below it stand the rows of its tables in its order, one a line as COPY writes them, and
 * a last line: `sha256`, a space, and the hash of all bytes before that line.
 */
export type ArchiveHeader = z.infer<typeof headerSchema>;

/** A schema in an export. */
export type ArchiveSchema = ArchiveHeader["schemas"][number];

/** A table in an export; those that others refer to come first. */
export type ArchiveTable = ArchiveSchema["tables"][number] & { readonly schema: string };

interface SomeSchemas {
  readonly schemas: readonly ArchiveSchema[];
}

/** All tables, in the order of the file. */
export function tablesOf({ schemas }: SomeSchemas): ArchiveTable[] {
  return schemas.flatMap(({ name: schema, tables }) => tables.map((table) => ({ ...table, schema })));
}

/** A table and its columns as SQL wants them. */
export function inSql({
  schema,
  name,
  columns,
}: Pick<ArchiveTable, "schema" | "name" | "columns">): Record<"table" | "columns", string> {
  return { table: `"${schema}"."${name}"`, columns: columns.map((column) => `"${column}"`).join(", ") };
}

/** How many rows there are in all. */
export function rowCountOf(header: SomeSchemas): number {
  return tablesOf(header).reduce((sum, { rows }) => sum + rows, 0);
}

/** The last line of an export. @param sha256 lower-case hex. */
export function trailerOf(sha256: string): string {
  return `sha256 ${sha256}\n`;
}

/** Reads a first line; undefined when it is none. */
export function parseHeader(line: string): ArchiveHeader | undefined {
  try {
    return headerSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
