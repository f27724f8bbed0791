export { captionSizeOf } from "./caption-size.js";
export { parseCaptionTrack, captionLimits, type CaptionTrack, type Cue } from "./caption-track.js";
export { loadCaptionFont, type CaptionFont } from "./font/caption-font.js";
export { assFilterGraph, assFilterOptions, type CaptionFiles } from "./filter-option.js";
export { makeCaptions, type CaptionSettings } from "./make-captions.js";
export { missingCharacters } from "./missing-characters.js";
export {
  captionPresetNames,
  captionPresets,
  presetFor,
  type CaptionFontName,
  type CaptionLook,
  type CaptionPreset,
  type CaptionPresetName,
} from "./preset.js";
export { readWords } from "./read-words.js";
export { repairWords, type RoughWord, type TimedWord } from "./timed-word.js";
export { writeAss } from "./write-ass.js";
export { writeSrt } from "./write-srt.js";
export { writeVtt } from "./write-vtt.js";
