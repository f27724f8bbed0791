import type { StitchMode } from "@understudy/render";
import type { Config } from "./schema.js";

/**
 * How a render's track is put together under a configuration. With `auto` a file on this machine touches no more than it must
 * (`smart`), and what is delivered by a link is `uniform`: one set of parameters, which every phone plays.
 */
export function stitchModeOf({ stitch }: Pick<Config, "stitch">, delivery: "file" | "link"): StitchMode {
  if (stitch !== "auto") return stitch;
  return delivery === "link" ? "uniform" : "smart";
}
