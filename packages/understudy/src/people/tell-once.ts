import { holdLock, type Sql } from "#postgres/database.js";
import type { WebhookNews, WebhookOutbox } from "#webhooks/webhook-outbox.js";

/**
 * Puts news down unless the owner was told of it before: an act that is repeated after a crash tells what the crash kept
 * from being told, and nothing twice. It remembers for as long as the delivery log does.
 * @param id what the news is about; it stands in the news' `data`.
 */
export async function tellOnce(
  sql: Sql,
  outbox: WebhookOutbox,
  news: WebhookNews,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<void> {
  const { ownerId, type } = news;
  // Of two that do it at once, the second waits here and then sees what the first told.
  await holdLock(sql, `understudy.tell ${ownerId} ${type} ${id}`);
  const { rowCount } = await sql.query(
    "select 1 from understudy.webhook_message where owner_id = $1 and type = $2 and strpos(body, $3) > 0 limit 1",
    [ownerId, type, id],
  );
  if (rowCount === 0) await outbox.add(sql, news, now);
}
