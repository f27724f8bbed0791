import { createHash } from "node:crypto";
import { UnderstudyError } from "@understudy/render";
import type { ServiceRender } from "#renders/service-render.js";

/** Where a page of a list ended. */
export type PagePlace = Pick<ServiceRender, "createdAt" | "id">;

/**
 * The place as text that says nothing to a reader and is good for one owner only. What an owner may see is decided by the list
 * itself; this keeps a cursor that was passed on by mistake from giving a page that makes no sense.
 */
export function cursorAfter({ createdAt, id }: PagePlace, ownerId: string): string {
  const place = `${createdAt.toISOString()} ${id}`;
  return Buffer.from(`${place} ${tagOf(place, ownerId)}`).toString("base64url");
}

/** @throws UnderstudyError `bad-request` for a text that is no cursor of this owner. */
export function placeOf(cursor: string, ownerId: string): PagePlace {
  const [time = "", id = "", tag] = Buffer.from(cursor, "base64url").toString("latin1").split(" ");
  const createdAt = new Date(time);
  // Who knows their owner's id could make a cursor of anything; PostgreSQL's times end before JavaScript's.
  const isTime = /^\d{4}-/.test(time) && !Number.isNaN(createdAt.getTime());
  const isPlace = isTime && /^[a-z]+_[0-9a-f]{16}$/.test(id);
  if (!isPlace || tag !== tagOf(`${time} ${id}`, ownerId)) {
    throw new UnderstudyError("bad-request", "cursor: this is not a nextCursor of your list.");
  }
  return { createdAt, id };
}

function tagOf(place: string, ownerId: string): string {
  return createHash("sha256").update(`${ownerId} ${place}`).digest("hex").slice(0, 16);
}
