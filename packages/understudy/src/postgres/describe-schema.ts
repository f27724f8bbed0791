import type { Sql } from "./database.js";

/**
 * The schema `understudy` as text, the same for the same schema on every version of PostgreSQL: tables with their columns,
 * constraints, indexes and triggers, and functions; sorted by name.
 */
export async function describeSchema(sql: Sql): Promise<string> {
  const tables = await sql.query<{
    name: string;
    columns: string[];
    constraints: string[];
    indexes: string[];
    triggers: string[];
  }>(`
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
      ) as indexes,
      array(
        select pg_get_triggerdef(oid) from pg_trigger where tgrelid = c.oid and not tgisinternal order by tgname
      ) as triggers
    from pg_class c where c.relnamespace = to_regnamespace('understudy') and c.relkind in ('r', 'p') order by c.relname`);
  const functions = await sql.query<{ name: string; kind: string; source: string }>(`
    select p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
      'returns ' || pg_get_function_result(p.oid) || ' language ' || l.lanname as kind, p.prosrc as source
    from pg_proc p join pg_language l on l.oid = p.prolang
    where p.pronamespace = to_regnamespace('understudy') order by p.proname, 1`);
  return [...tables.rows.map(tableText), ...functions.rows.map(functionText)].join("\n");
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly constraints: readonly string[];
  readonly indexes: readonly string[];
  readonly triggers: readonly string[];
}

function tableText({ name, columns, constraints, indexes, triggers }: Table): string {
  return block(name, [...columns, ...constraints, ...indexes, ...triggers]);
}

function functionText({ name, kind, source }: Record<"name" | "kind" | "source", string>): string {
  return block(name, [kind, ...source.trim().split("\n")]);
}

function block(name: string, lines: readonly string[]): string {
  return [name, ...lines.map((line) => `  ${line}`), ""].join("\n");
}
