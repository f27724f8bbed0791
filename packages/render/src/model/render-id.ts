import { randomBytes } from "node:crypto";

/** `render_` and 16 random hex digits. */
export function newRenderId(): string {
  return `render_${randomBytes(8).toString("hex")}`;
}

/** Whether a text is the id of a render. */
export function isRenderId(text: string): boolean {
  return /^render_[0-9a-f]{16}$/.test(text);
}
