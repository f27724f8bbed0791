import type { Sql } from "./database.js";

/**
 * The tables of schema `understudy` as text, the same for the same tables on every version of PostgreSQL: columns, constraints
 * and indexes, sorted by name.
 */
export async function describeSchema(sql: Sql): Promise<string> {
  const tables = await sql.query<{ name: string; columns: string[]; constraints: string[]; indexes: string[] }>(`
    select c.relname as name,
      array(
        select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || case when a.attnotnull then ' not null' else '' end
          || case a.attidentity when '' then '' else ' identity' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attname
      ) as columns,
      array(
        -- Version 18 keeps "not null" here too; it stands with the column.
        select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where conrelid = c.oid and contype <> 'n' order by conname
      ) as constraints,
      array(
        select pg_get_indexdef(i.indexrelid) from pg_index i
        where i.indrelid = c.oid and not exists (select from pg_constraint where conindid = i.indexrelid and conrelid = c.oid)
        order by 1
      ) as indexes
    from pg_class c where c.relnamespace = to_regnamespace('understudy') and c.relkind in ('r', 'p') order by c.relname`);
  return tables.rows.map(tableText).join("\n");
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
}

function tableText({ name, columns, constraints, indexes }: Table): string {
  return [name, ...[...columns, ...constraints, ...indexes].map((line) => `  ${line}`), ""].join("\n");
}
