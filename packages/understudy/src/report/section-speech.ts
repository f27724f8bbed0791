import {
  assertNever,
  type CaptionsReport,
  type Manifest,
  type SoundReport,
  type SpeechReport,
} from "@understudy/render";
import { markup, type Markup } from "./markup.js";

type Row = readonly [what: string, value: string];

/** What is said in the film and shown as text, and what became of its sound; nothing where neither was asked for. */
export function speech({ speech: spoken, captions }: Manifest): Markup | "" {
  if (spoken === undefined && captions === undefined) return "";
  const rows = [
    ...(spoken === undefined ? [] : speechRows(spoken)),
    ...(captions === undefined ? [] : [row(captions)]),
  ];
  return markup`<section aria-labelledby="speech">
    <h2 id="speech">${titleOf(spoken !== undefined, captions !== undefined)}</h2>
    <ul class="verdicts">
      ${rows.map(([what, value]) => markup`<li class="plain"><strong>${what}:</strong> ${value}</li>`)}
    </ul>
    ${spoken === undefined ? "" : passages(spoken)}
  </section>`;
}

function speechRows({ engine, cloned, weightsLicence, sound }: SpeechReport): Row[] {
  const whose = cloned ? "the cloned voice of a person, who agreed to it" : "nobody's voice, not a clone";
  return [
    ["Voice", `${engine}, ${whose} (${weightsLicence})`],
    ["Loudness", `${sound.loudnessLufs.toFixed(1)} LUFS, highest true peak ${sound.truePeakDbtp.toFixed(1)} dBTP`],
    ["Sound encoded again", encodedInWords(sound)],
  ];
}

function encodedInWords({ treatment, encodedSeconds, underSpeech, reason }: SoundReport): string {
  const seconds = `${encodedSeconds.toFixed(1)} s`;
  const own = `the film's own is ${underSpeech === "duck" ? "turned down" : "silent"} under what is said`;
  switch (treatment) {
    case "spliced":
      return `${seconds} around what is said, all else is the source's, byte for byte; ${own}`;
    case "encoded":
      return `the whole track, ${seconds}${reason === undefined ? "" : `: ${reason}`}; ${own}`;
    case "added":
      return `${seconds}; the film had no sound`;
    default:
      return assertNever(treatment);
  }
}

function row({ mode, preset, words, cues }: CaptionsReport): Row {
  const shown = mode === "burn" ? "drawn into the picture" : "a track of the video";
  const from = words === "script" ? "of the script" : "of a transcript, found in the film's sound";
  return ["Captions", `${cues}, ${shown}, look ${preset}; the words are those ${from}`];
}

function passages({ passages: all }: SpeechReport): Markup {
  return markup`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Said</th>
            <th class="number">From</th>
            <th class="number">To</th>
            <th class="number">Words</th>
            <th class="number">Pace</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            ({ startSeconds, endSeconds, words, pace }, i) =>
              markup`<tr>
                <td>passage ${i + 1}</td>
                <td class="number">${startSeconds.toFixed(2)} s</td>
                <td class="number">${endSeconds.toFixed(2)} s</td>
                <td class="number">${words}</td>
                <td class="number">${pace === 1 ? "natural" : `${pace.toFixed(2)} times`}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function titleOf(hasSpeech: boolean, hasCaptions: boolean): string {
  if (!hasSpeech) return "Captions";
  return hasCaptions ? "Speech and captions" : "Speech";
}
