import { describe, expect, it } from "vitest";
import { judgeRecording, sampledFrames, similarityThreshold, type SeenFrame } from "./judge-recording.js";

const alone = (...similarities: number[]): SeenFrame => ({ faceCount: 1, similarities });
const company: SeenFrame = { faceCount: 2, similarities: [] };
const nobody: SeenFrame = { faceCount: 0, similarities: [] };
const frames = (...groups: [number, SeenFrame][]) => groups.flatMap(([count, frame]) => Array(count).fill(frame));
const mismatch = (message: string) =>
  expect.objectContaining({ code: "recording-mismatch", message: expect.stringContaining(message) });

describe("judgeRecording", () => {
  it("gives the median over the frames with one face, and what it had to reach", () => {
    const seen = frames([5, alone(0.9)], [5, alone(0.8)], [1, nobody], [1, company]);
    expect(judgeRecording(seen)).toEqual({
      similarity: 0.85,
      threshold: similarityThreshold,
      sampledFrames,
      framesWithFace: 10,
    });
  });

  it("lets a few bad frames pass", () => {
    expect(judgeRecording(frames([8, alone(0.8)], [4, alone(0.1)])).similarity).toBe(0.8);
  });

  it("refuses another person with both numbers", () => {
    const seen = frames([12, alone(0.31)]);
    expect(() => judgeRecording(seen)).toThrow(mismatch(`similarity 0.31, ${similarityThreshold} is needed`));
  });

  it("wants every photo to show the person, not only one of them", () => {
    expect(judgeRecording(frames([12, alone(0.9, 0.8)])).similarity).toBe(0.8);
    expect(() => judgeRecording(frames([12, alone(0.9, 0.3)]))).toThrow(mismatch("similarity 0.30"));
  });

  it("refuses a recording without a face, or with one in fewer than half of the frames", () => {
    expect(() => judgeRecording(frames([12, nobody]))).toThrow(mismatch("0 of 12"));
    expect(() => judgeRecording(frames([5, alone(0.9)], [7, nobody]))).toThrow(mismatch("5 of 12"));
    expect(judgeRecording(frames([6, alone(0.9)], [6, nobody])).framesWithFace).toBe(6);
  });

  it("refuses company in more than two frames", () => {
    expect(() => judgeRecording(frames([9, alone(0.9)], [3, company]))).toThrow(mismatch("several people in 3"));
  });
});
