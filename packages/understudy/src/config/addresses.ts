import type { Config } from "./schema.js";

/** The blocks of `network.allow`, one by one. */
export function addressesOf({ network }: Pick<Config, "network">): string[] {
  return network.allow
    .split(",")
    .map((block) => block.trim())
    .filter((block) => block !== "");
}
