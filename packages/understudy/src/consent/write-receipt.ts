import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UnderstudyError, type ConsentEntry } from "@understudy/render";
import { writeWhole } from "#paths/index.js";
import { receiptOf } from "./receipt.js";
import { receiptPage } from "./receipt-page.js";

/** Where a receipt lies. */
export interface ReceiptFiles {
  /** Absolute paths. */
  readonly html: string;
  readonly json: string;
}

/**
 * Writes the page and the JSON of a receipt; earlier ones of the same record are replaced.
 * @param options `out` is the folder; `contact` is where the person can reach the operator, empty when it is not set;
 * `others` is what is on record besides.
 * @throws UnderstudyError `output-folder-missing`, `bad-usage` for a folder that takes no files.
 */
export async function writeReceipt(
  entry: ConsentEntry,
  options: { readonly contact: string; readonly out: string; readonly others: readonly ConsentEntry[] },
  io: { readonly cwd: string; now(): Date },
): Promise<ReceiptFiles> {
  const folder = resolve(io.cwd, options.out);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new UnderstudyError("output-folder-missing", `The folder ${folder} does not exist.`);
  }
  const receipt = receiptOf(entry, { ...options, now: io.now() });
  const base = join(folder, `${entry.consent.id}.receipt`);
  const files = { html: `${base}.html`, json: `${base}.json` };
  try {
    await writeWhole(files.html, receiptPage(receipt));
    await writeWhole(files.json, `${JSON.stringify(receipt, null, 2)}\n`);
  } catch (cause) {
    throw new UnderstudyError("output-write-failed", `The receipt could not be written to ${folder}.`, { cause });
  }
  return files;
}
