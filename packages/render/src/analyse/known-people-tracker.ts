import { headPose, meanStep } from "#face-mesh/mesh-measures.js";
import type { PlanarFrame } from "#model/image.js";
import { squareAround, type FaceMesh } from "#nets/face-landmarks.js";
import { confirmFace, minimumPresence, roiFactor, sureScore } from "./confirm-face.js";
import { FaceStory, largeStep, overlappingFaces, type FollowedFrame } from "./followed-face.js";
import { boxOf, isSamePlace, type PeopleNets } from "./look-for-people.js";
import type { PeopleTracker, PersonInFrame } from "./people-tracker.js";
import { createShotCutDetector } from "./shot-cut.js";
import type { FaceBox } from "./sighting.js";
import { judge, likenesses, type KnownTarget, type Likeness } from "./tell-apart.js";

/** A step between two frames, in interocular distances, that no head makes. */
const maximumStep = 0.5;
/** Frames from one close look at a face to the next: when all is clear, near another face, over one, and while nobody can tell. */
const lookAgain = { clear: 10, near: 3, over: 1, unsure: 2 } as const;
/** Nearer than this, in face sizes, one face may soon cover the other. */
const nearFaces = 1;
/** Frames that may wait for somebody to find out whose face it is. */
const maxOpenFrames = 120;
/** While everybody is there, the detector looks for other faces at every so manyth frame. */
const searchEvery = 20;
/** While somebody is missing it looks at every frame, and closely, for small faces, at every so manyth. */
const lookCloselyEvery = 6;
/** In a crowd the largest faces are followed. */
const maxFaces = 12;

interface Face {
  readonly id: number;
  readonly story: FaceStory;
  mesh: FaceMesh;
  box: FaceBox;
  run: number;
  step: number;
  /** Frames until the next close look. */
  lookIn: number;
  /** How like each target the face was at the last close look. */
  likenesses: readonly Likeness[];
}

/**
 * Follows known people. All faces are followed from frame to frame (3 ms each), strangers' among them, because a target's face can
 * be mistaken for theirs; whose a face is tells its embedding (8 ms), at its first frame, every tenth frame, and whenever two faces
 * come near each other or one jumps. Two targets never share a face, and a face that nobody can tell is nobody's.
 */
export function createKnownPeopleTracker(
  { detector, landmarks, embedder }: PeopleNets,
  targets: readonly KnownTarget[],
  angleRadians: number,
): PeopleTracker {
  const cuts = createShotCutDetector();
  const settling: FollowedFrame[][] = [];
  const runs = targets.map(() => ({ last: "", count: 0 }));
  let faces: Face[] = [];
  let faceCount = 0;
  let framesSinceSearch = 0;
  let framesSearched = 0;

  async function follow(frame: PlanarFrame): Promise<void> {
    const before = faces;
    faces = [];
    for (const face of before) {
      const { mesh, presence } = await landmarks.read(frame, squareAround(face.mesh, roiFactor));
      if (presence < minimumPresence) {
        face.story.giveUp();
        continue;
      }
      face.step = meanStep(face.mesh, mesh);
      face.mesh = mesh;
      face.box = boxOf(mesh);
      if (face.step > maximumStep) face.run += 1;
      faces.push(face);
    }
    dropDoubles();
  }

  /** Of two that ended up on the same face, the one that moved further has lost its own. */
  function dropDoubles(): void {
    for (const face of faces.toSorted((a, b) => b.step - a.step)) {
      const isDouble = faces.some((other) => other !== face && isSamePlace(other.box, face.box));
      if (!isDouble) continue;
      face.story.giveUp();
      faces = faces.filter((other) => other !== face);
    }
  }

  async function search(frame: PlanarFrame): Promise<void> {
    const isEverybodyThere = targets.every((_, target) => faces.some(({ story }) => story.name === target));
    if (isEverybodyThere && ++framesSinceSearch < searchEvery) return;
    framesSinceSearch = 0;
    const isClose = !isEverybodyThere && framesSearched++ % lookCloselyEvery === 0;
    if (isEverybodyThere) framesSearched = 0;
    const found = await detector.detect(frame, { angleRadians, tiles: isClose ? "always" : "never" });
    for (const candidate of found) {
      if (faces.length >= maxFaces) return;
      if (candidate.score < sureScore || isFollowed(candidate)) continue;
      const mesh = await confirmFace(landmarks, frame, candidate);
      if (mesh === undefined || isFollowed(boxOf(mesh))) continue;
      const fresh = { id: ++faceCount, story: new FaceStory(), run: 1, step: 0, lookIn: 0, likenesses: [] };
      faces.push({ ...fresh, mesh, box: boxOf(mesh) });
    }
  }

  const isFollowed = (box: FaceBox): boolean => faces.some((face) => isSamePlace(face.box, box));

  /** Distance to the nearest other face, in sizes of the larger. */
  function apart({ box }: Face): number {
    return Math.min(
      ...faces
        .filter((other) => other.box !== box)
        .map(
          (other) =>
            Math.hypot(other.box.centerX - box.centerX, other.box.centerY - box.centerY) /
            Math.max(other.box.sizePixels, box.sizePixels),
        ),
    );
  }

  function framesUntilLook(face: Face): number {
    const distance = apart(face);
    return distance < overlappingFaces ? lookAgain.over : distance < nearFaces ? lookAgain.near : lookAgain.clear;
  }

  /** Finds out whose faces these are; a face that holds a name which another one claims is looked at, too. */
  async function lookClosely(frame: PlanarFrame): Promise<void> {
    const looked = new Set<Face>();
    const waiting = faces.filter((face) => face.lookIn-- <= 0 || face.step > largeStep);
    for (let face = waiting.shift(); face !== undefined; face = waiting.shift()) {
      looked.add(face);
      face.likenesses = likenesses(await embedder.embed(frame, face.mesh), targets);
      const claimed = judge(face.likenesses, headPose(face.mesh).yawDegrees);
      const holder = faces.find((other) => other.story.name === claimed && !looked.has(other));
      if (typeof claimed === "number" && holder !== undefined && !waiting.includes(holder)) waiting.push(holder);
    }
    const taken = new Set<number>();
    const likest = ({ likenesses }: Face): number => Math.max(...likenesses.map(({ own }) => own));
    for (const face of [...looked].sort((a, b) => likest(b) - likest(a))) {
      const verdict = judge(face.likenesses, headPose(face.mesh).yawDegrees, taken);
      if (typeof verdict === "number") taken.add(verdict);
      if (verdict !== "unsure") face.story.settle(verdict);
      face.lookIn = (verdict === "unsure" ? lookAgain.unsure : framesUntilLook(face)) - 1;
    }
  }

  async function look(frame: PlanarFrame): Promise<readonly FollowedFrame["seen"][]> {
    if (cuts.isCut(frame)) {
      for (const { story } of faces) story.giveUp();
      faces = [];
      framesSearched = 0;
    }
    await follow(frame);
    await search(frame);
    const frames = faces.map((face): FollowedFrame => {
      const followed = {
        seen: { mesh: face.mesh },
        run: `${face.id}.${face.run}`,
        step: face.step,
        apart: apart(face),
        name: undefined,
      };
      face.story.append(followed);
      face.lookIn = Math.min(face.lookIn, framesUntilLook(face) - 1);
      return followed;
    });
    settling.push(frames);
    await lookClosely(frame);
    for (const { story } of faces) if (story.openFrames > maxOpenFrames) story.giveUp();
    return frames.map(({ seen }) => seen);
  }

  /** Who is where in a frame of which everything is known. */
  function peopleOf(frames: readonly FollowedFrame[]): readonly (PersonInFrame | undefined)[] {
    return targets.map((_, target) => {
      const found = frames.find(({ name }) => name === target);
      const run = runs[target]!;
      if (found === undefined) run.last = "";
      else if (run.last !== found.run) {
        run.last = found.run;
        run.count += 1;
      }
      return found && { seen: found.seen, run: run.count };
    });
  }

  return {
    look,
    settle(isEnd) {
      if (isEnd) for (const { story } of faces) story.giveUp();
      const first = settling.findIndex((frames) => frames.some(({ name }) => name === undefined));
      return settling.splice(0, first < 0 ? settling.length : first).map(peopleOf);
    },
  };
}
