/** Where a renderer finds captions and their font. */
export interface CaptionFiles {
  /** An ASS file. */
  readonly assPath: string;
  /** A folder with the font, such as `CaptionFont.folder`. */
  readonly fontsFolder: string;
}

/** Options of FFmpeg's filter `ass`, as they are given to one filter. */
export function assFilterOptions({ assPath, fontsFolder }: CaptionFiles): string {
  return `filename=${quoted(assPath)}:fontsdir=${quoted(fontsFolder)}`;
}

/** The filter as part of a filter graph (`-vf`), which takes a level of quotes away first. */
export function assFilterGraph(files: CaptionFiles): string {
  return `ass=${assFilterOptions(files).replaceAll(/[\\'[\],;]/g, String.raw`\$&`)}`;
}

/** Colons part options; backslashes and apostrophes quote (FFmpeg's "Quoting and escaping"). */
function quoted(value: string): string {
  return value.replaceAll(/[\\':]/g, String.raw`\$&`);
}
