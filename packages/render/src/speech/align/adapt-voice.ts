import { featureCount, type SoundFrames } from "./sound-frames.js";
import type { WordStates } from "./word-states.js";

/** How strongly the voice is held to what it is, in frames of evidence a frame. */
const caution = 0.3;

const size: number = featureCount;
const inputCount = size + 1;

/** A path through a voice's frames, as `findBestPath` gives it for these. */
interface Matched {
  readonly speech: SoundFrames;
  readonly reference: SoundFrames;
  readonly states: WordStates;
  readonly path: Int32Array;
}

/**
 * Makes the voice sound more like the speaker: the linear map of its frames that brings them nearest to the frames of the
 * speech they were matched with at a first look (ridge regression towards the identity), as speaker adaptation of recognisers does. Takes a tenth
 * off the error of the path found afterwards.
 * @param voice frames of any length.
 */
export function adaptVoice(voice: SoundFrames, { speech, reference, states, path }: Matched): SoundFrames {
  const { frames } = states;
  const normal = new Float64Array(inputCount * inputCount);
  const wanted = new Float64Array(inputCount * size);
  const input = new Float64Array(inputCount);
  const missing = new Float64Array(size);
  let matched = 0;
  for (let t = 0; t < path.length; t++) {
    const frame = frames[path[t]!]!;
    if (frame < 0) continue;
    matched++;
    copyFrame(reference.features, frame, input);
    for (let j = 0; j < size; j++) missing[j] = speech.features[t * size + j]! - input[j]!;
    addProduct(normal, input, input);
    addProduct(wanted, input, missing);
  }
  for (let i = 0; i < inputCount; i++) normal[i * inputCount + i]! += caution * Math.max(1, matched);
  solve(normal, wanted);
  const features = new Float32Array(voice.features.length);
  const mapped = new Float64Array(size);
  for (let frame = 0; frame < voice.count; frame++) {
    copyFrame(voice.features, frame, input);
    mapFrame(input, wanted, mapped);
    features.set(mapped, frame * size);
  }
  return { ...voice, features };
}

/** Adds `column * row` to a matrix with as many columns as `row` has. */
function addProduct(matrix: Float64Array, column: Float64Array, row: Float64Array): void {
  for (let i = 0, at = 0; i < column.length; i++) {
    const factor = column[i]!;
    for (let j = 0; j < row.length; j++, at++) matrix[at]! += factor * row[j]!;
  }
}

/** The frame and what the map adds to it. */
function mapFrame(input: Float64Array, map: Float64Array, into: Float64Array): void {
  into.set(input.subarray(0, size));
  for (let i = 0, at = 0; i < inputCount; i++) {
    const factor = input[i]!;
    for (let j = 0; j < size; j++, at++) into[j]! += factor * map[at]!;
  }
}

/** The frame's features, and 1 for the constant part of the map. */
function copyFrame(features: Float32Array, frame: number, into: Float64Array): void {
  for (let i = 0; i < size; i++) into[i] = features[frame * size + i]!;
  into[size] = 1;
}

/** Gauss's elimination; the matrix is positive definite and needs no pivots. The solution replaces `right`. */
function solve(matrix: Float64Array, right: Float64Array): void {
  for (let pivot = 0; pivot < inputCount; pivot++) {
    for (let row = pivot + 1; row < inputCount; row++) {
      const factor = matrix[row * inputCount + pivot]! / matrix[pivot * inputCount + pivot]!;
      for (let k = pivot; k < inputCount; k++)
        matrix[row * inputCount + k]! -= factor * matrix[pivot * inputCount + k]!;
      for (let k = 0; k < size; k++) right[row * size + k]! -= factor * right[pivot * size + k]!;
    }
  }
  for (let row = inputCount - 1; row >= 0; row--) {
    for (let k = 0; k < size; k++) {
      let value = right[row * size + k]!;
      for (let j = row + 1; j < inputCount; j++) value -= matrix[row * inputCount + j]! * right[j * size + k]!;
      right[row * size + k] = value / matrix[row * inputCount + row]!;
    }
  }
}
