import type { Config } from "#config/index.js";
import { sqlOf, type Database, type Sql } from "#postgres/database.js";

/** Under which address others reach the service. */
export interface ServiceAddress {
  /** As this process knows it, without a slash at its end. */
  url(): string;
  /**
   * The same, looked up again: whoever answers may have begun to listen since.
   * @param sql of the transaction that it is asked in, which must not wait for another connection; default the pool.
   */
  read(sql?: Sql): Promise<string>;
  /** Notes where this process listens, so that those without a server know it. */
  note(url: string): Promise<void>;
}

/** The address of the configuration; without one, where the process listens that began to last, which is kept in the database. */
export function openServiceAddress(
  { server }: Pick<Config, "server">,
  { pool }: Pick<Database, "pool">,
): ServiceAddress {
  const configured = server.publicUrl.replace(/\/+$/, "");
  let known = configured;
  return {
    url: () => known,
    async read(sql = sqlOf(pool)) {
      if (configured !== "") return configured;
      const { rows } = await sql.query<{ url: string }>("select url from understudy.service_address");
      return (known = rows[0]?.url ?? known);
    },
    async note(url) {
      if (configured !== "") return;
      known = url;
      await sqlOf(pool).query(
        "insert into understudy.service_address (id, url) values (1, $1) on conflict (id) do update set url = excluded.url",
        [url],
      );
    },
  };
}
