import { randomBytes } from "node:crypto";

/** The id of an owner who has nothing yet. */
export function newOwner(): string {
  return `owner_${randomBytes(8).toString("hex")}`;
}
