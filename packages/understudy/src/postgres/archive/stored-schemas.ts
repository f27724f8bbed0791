import type { Sql } from "#postgres/database.js";
import type { ArchiveSchema } from "./archive-format.js";

/** The schemas of an installation, and which table of each says what was applied to it; that table is not moved. */
const kinds = [
  { schema: "understudy", table: "migration", mark: "name || ' ' || sha256" },
  { schema: "dbos", table: "dbos_migrations", mark: "version::text" },
  { schema: "understudy_endpoint", table: "migration", mark: "number::text" },
] as const;

/** A schema of an installation: our own, that of the jobs' engine, that of `understudy endpoint`. */
export type StoredSchema = (typeof kinds)[number]["schema"];

/** Which of them there are. */
export async function findSchemas(sql: Sql): Promise<readonly StoredSchema[]> {
  const { rows } = await sql.query<{ name: string }>("select nspname as name from pg_namespace");
  const names = new Set(rows.map(({ name }) => name));
  return kinds.map(({ schema }) => schema).filter((schema) => names.has(schema));
}

/** What is in them: tables with how many rows, those that others refer to first, and how far their sequences got. */
export async function readSchemas(sql: Sql): Promise<ArchiveSchema[]> {
  const found = await findSchemas(sql);
  const schemas: ArchiveSchema[] = [];
  for (const { schema, table, mark } of kinds) {
    if (!found.includes(schema)) continue;
    const marks = await sql.query<{ mark: string }>(`select ${mark} as mark from ${schema}.${table} order by 1`);
    schemas.push({
      name: schema,
      migrations: marks.rows.map((row) => row.mark),
      tables: await readTables(sql, schema, table),
      sequences: await readSequences(sql, schema),
    });
  }
  return schemas;
}

interface TableRow {
  readonly name: string;
  readonly columns: string[];
  readonly refers_to: string[];
}

async function readTables(sql: Sql, schema: string, left: string): Promise<ArchiveSchema["tables"]> {
  const { rows } = await sql.query<TableRow>(
    `select c.relname as name,
       array(
         select attname::text from pg_attribute
         where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
       ) as columns,
       array(
         select t.relname::text from pg_constraint k join pg_class t on t.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid
       ) as refers_to
     from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' and c.relname <> $2 order by c.relname`,
    [schema, left],
  );
  const tables: ArchiveSchema["tables"] = [];
  for (const { name, columns } of inOrder(rows)) {
    const count = await sql.query<{ rows: string }>(`select count(*) as rows from "${schema}"."${name}"`);
    tables.push({ name, columns, rows: Number(count.rows[0]?.rows) });
  }
  return tables;
}

/** A row can be copied when those that it refers to are there. */
function inOrder(tables: readonly TableRow[]): readonly TableRow[] {
  const placed = new Set<TableRow>();
  const place = (table: TableRow, above: readonly TableRow[]): void => {
    if (placed.has(table) || above.includes(table)) return;
    const first = tables.filter(({ name }) => table.refers_to.includes(name));
    for (const each of first) place(each, [...above, table]);
    placed.add(table);
  };
  for (const table of tables) place(table, []);
  return [...placed];
}

async function readSequences(sql: Sql, schema: string): Promise<ArchiveSchema["sequences"]> {
  const { rows } = await sql.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = to_regnamespace($1) and relkind = 'S' order by 1",
    [schema],
  );
  const sequences: ArchiveSchema["sequences"] = [];
  for (const { name } of rows) {
    const state = await sql.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from "${schema}"."${name}"`,
    );
    sequences.push({ name, ...state.rows[0]! });
  }
  return sequences;
}
