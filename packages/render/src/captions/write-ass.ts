import type { CaptionTrack, Cue } from "./caption-track.js";
import type { CaptionFont } from "./font/caption-font.js";
import { layoutFor, type CaptionLayout } from "./layout.js";
import { captionPresets, type CaptionLook } from "./preset.js";
import { isEmoji, isRightToLeft } from "./script-of.js";
import type { TimedWord } from "./timed-word.js";
import { assTime, toCentiseconds } from "./time-code.js";

/**
 * Advanced SubStation Alpha in the picture's own pixels: each word sweeps from one colour to the other while it is spoken.
 * @param font the preset's; a line that is wider than the picture all the same is drawn narrower.
 */
export function writeAss(track: CaptionTrack, font: CaptionFont): string {
  const { look } = captionPresets[track.preset];
  const layout = layoutFor(look, track);
  const sections = [header(layout), styles(look, layout), events(track.cues, layout, font)];
  return `${sections.join("\n\n")}\n`;
}

/** Wrap style 2 breaks at `\N` only; without a matrix, colours are drawn as they are. */
function header({ widthPixels, heightPixels }: CaptionLayout): string {
  return [
    "[Script Info]",
    "ScriptType: v4.00+",
    `PlayResX: ${widthPixels}`,
    `PlayResY: ${heightPixels}`,
    `LayoutResX: ${widthPixels}`,
    `LayoutResY: ${heightPixels}`,
    "WrapStyle: 2",
    "ScaledBorderAndShadow: yes",
    "YCbCr Matrix: None",
  ].join("\n");
}

/** In karaoke the primary colour is the spoken one. Encoding -1 lets the first letter decide which way a line runs. */
function styles(look: CaptionLook, layout: CaptionLayout): string {
  const fields = {
    Name: "Word",
    Fontname: look.font,
    Fontsize: layout.lineHeightPixels,
    PrimaryColour: assColour(look.spokenColour),
    SecondaryColour: assColour(look.unspokenColour),
    OutlineColour: assColour("101010"),
    BackColour: assColour("000000", 0x64),
    Bold: 0,
    Italic: 0,
    Underline: 0,
    StrikeOut: 0,
    ScaleX: 100,
    ScaleY: 100,
    Spacing: 0,
    Angle: 0,
    BorderStyle: 1,
    Outline: layout.outlinePixels,
    Shadow: layout.shadowPixels,
    // 2 = at the bottom, centred.
    Alignment: 2,
    MarginL: layout.sideMarginPixels,
    MarginR: layout.sideMarginPixels,
    MarginV: layout.bottomMarginPixels,
    Encoding: -1,
  };
  const format = Object.keys(fields).join(", ");
  return `[V4+ Styles]\nFormat: ${format}\nStyle: ${Object.values(fields).join(",")}`;
}

/** `&HAABBGGRR`; alpha 0 = opaque. */
function assColour(redGreenBlue: string, alpha = 0): string {
  const [, red, green, blue] = /^(..)(..)(..)$/.exec(redGreenBlue)!;
  return `&H${alpha.toString(16).toUpperCase().padStart(2, "0")}${blue}${green}${red}`;
}

function events(cues: readonly Cue[], layout: CaptionLayout, font: CaptionFont): string {
  const dialogues = cues.flatMap((cue) => {
    const text = karaoke(cue, layout, font);
    if (text === "") return [];
    const [start, end] = [toCentiseconds(cue.startSeconds), toCentiseconds(cue.endSeconds)];
    return `Dialogue: 0,${assTime(start)},${assTime(end)},Word,,0,0,0,,${text}`;
  });
  return [
    "[Events]",
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...dialogues,
  ].join("\n");
}

/** A cue's last word is seen as a whole for a frame of 25 a second. */
const lastLook = 4;

/** Lengths are differences of rounded times, so that no rounding adds up; a pause belongs to the space in front of a word. */
function karaoke(cue: Cue, layout: CaptionLayout, font: CaptionFont): string {
  let at = toCentiseconds(cue.startSeconds);
  const last = toCentiseconds(cue.endSeconds) - lastLook;
  const timed = (word: TimedWord, separator: string) => {
    const start = Math.max(at, toCentiseconds(word.startSeconds));
    // A word that is heard until the next cue has swept when its own one goes.
    const end = Math.max(start, Math.min(last, toCentiseconds(word.endSeconds)));
    const pause = separator === "" && start === at ? "" : `{\\k${start - at}}${separator}`;
    at = end;
    // A sweep runs from the left; a word that is read from the right changes at once.
    return `${pause}{\\${isRightToLeft(word.text) ? "k" : "kf"}${end - start}}${escaped(word.text)}`;
  };
  const shown = cue.lines.map((words) => drawable(words, font)).filter((words) => words.length > 0);
  const lines = shown.map((words, line) => {
    const scale = scaleOf(words, layout, font);
    const text = words.map((word, place) => timed(word, place > 0 ? " " : line > 0 ? "\\N" : "")).join("");
    return scale === 100 ? text : `{\\fscx${scale}\\fscy${scale}}${text}{\\fscx100\\fscy100}`;
  });
  return lines.join("");
}

/** Words without the emoji that the font would draw as empty boxes, and without what stood with nothing else. */
function drawable(words: readonly TimedWord[], font: CaptionFont): TimedWord[] {
  const boxes = (text: string) => font.missingFrom(text).filter(isEmoji);
  const without = (text: string) => {
    const found = boxes(text);
    const left = found
      .reduce((rest, emoji) => rest.replace(emoji, ""), text)
      .replaceAll(/\s+/g, " ")
      .trim();
    return found.length > 0 && !/[\p{L}\p{N}]/u.test(left) ? "" : left;
  };
  return words.map((word) => ({ ...word, text: without(word.text) })).filter(({ text }) => text !== "");
}

/** Per cent at which a line fits: 100, but for a word that could not be broken. */
function scaleOf(
  words: readonly TimedWord[],
  { lineHeightPixels, lineWidthPixels }: CaptionLayout,
  font: CaptionFont,
): number {
  const width = font.widthOf(words.map(({ text }) => text).join(" "), lineHeightPixels);
  return width <= lineWidthPixels ? 100 : Math.max(1, Math.floor((100 * lineWidthPixels) / width));
}

/** `\{` and `\}` are braces; a backslash has no escape, but with a word joiner behind it, it starts no command. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\u2060").replaceAll(/[{}]/g, String.raw`\$&`);
}
