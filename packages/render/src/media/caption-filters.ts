import { UnderstudyError } from "#model/errors.js";
import type { Rotation } from "#model/media.js";
import type { FilterStep } from "./filter-graph.js";

/** Where a renderer finds captions and their font. */
export interface CaptionFiles {
  /** An ASS file, made for the upright picture; its `LayoutRes` says what shape that has. */
  readonly assPath: string;
  /** A folder with the font, such as `CaptionFont.folder`. */
  readonly fontsFolder: string;
}

/** The filters that draw captions upright on a stored picture: it is turned as a player turns it, and back again. */
export function captionFilters({ assPath, fontsFolder }: CaptionFiles, rotation: Rotation): FilterStep[] {
  const ass = { name: "ass", options: `filename=${quoted(assPath)}:fontsdir=${quoted(fontsFolder)}` };
  return [...turn(rotation), ass, ...turn(((360 - rotation) % 360) as Rotation)];
}

/** For an FFmpeg that has no filter `ass`. */
export function noCaptionFilter(): UnderstudyError {
  return new UnderstudyError("runtime-missing", "Captions cannot be drawn: this FFmpeg was built without libass.", {
    hint: "Install an FFmpeg with libass, use node-av, or ask for captions as a track.",
  });
}

function turn(rotation: Rotation): FilterStep[] {
  switch (rotation) {
    case 0:
      return [];
    case 90:
      return [{ name: "transpose", options: "clock" }];
    case 180:
      return [{ name: "hflip" }, { name: "vflip" }];
    case 270:
      return [{ name: "transpose", options: "cclock" }];
  }
}

/** Colons part options; backslashes and apostrophes quote (FFmpeg's "Quoting and escaping"). */
function quoted(value: string): string {
  return value.replaceAll(/[\\':]/g, String.raw`\$&`);
}
