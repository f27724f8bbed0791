import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Folder of real footage and photos, lent for tests and never part of the repository: `shared/media/` beside the checkout,
 * or what `UNDERSTUDY_TEST_MEDIA` names. Tests that read it skip without it.
 */
export const sharedMedia: string =
  process.env["UNDERSTUDY_TEST_MEDIA"] ?? fileURLToPath(new URL("../../../../../shared/media", import.meta.url));

/** Whether the folder is there. */
export const hasSharedMedia: boolean = existsSync(sharedMedia);
