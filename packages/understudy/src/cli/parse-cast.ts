import { resolve } from "node:path";
import {
  maxCastMembers,
  parsePersonChoice,
  readPersonChoice,
  UnderstudyError,
  type PersonChoice,
} from "@understudy/render";
import type { CastWish } from "#rendering/index.js";

/**
 * Reads who gets whose face. `--face` is a photo, or names whom it is for: `left=anna.jpg`, `2=anna.jpg`,
 * `by:REF.jpg=anna.jpg`; the same name again is another photo of the same person. Without names all photos are for the one
 * that `--person` says, else for the largest face.
 * @throws UnderstudyError `bad-usage` for no photo, photos with and without a name, `--person` twice or together with names,
 * more people than can be swapped, and a number below 1.
 */
export function parseCast(
  faces: readonly string[],
  persons: readonly string[],
  cwd: string,
): readonly [CastWish, ...CastWish[]] {
  if (persons.length > 1) throw new UnderstudyError("bad-usage", "--person was given twice.", nameThem);
  const named = faces.map(readFace);
  const [photo, ...others] = named.flatMap(({ name, path }) => (name === undefined ? [resolve(cwd, path)] : []));
  if (photo === undefined && named.length === 0) {
    throw new UnderstudyError("bad-usage", "A render needs a photo: --face PHOTO.");
  }
  if (photo !== undefined) {
    if (others.length + 1 < named.length) {
      throw new UnderstudyError("bad-usage", "Some photos say for whom they are and others do not.", nameThem);
    }
    return [{ person: absolute(parsePersonChoice(persons[0] ?? "largest"), cwd), facePaths: [photo, ...others] }];
  }
  if (persons.length > 0) {
    throw new UnderstudyError("bad-usage", "--person and a name in --face say for whom a photo is.", {
      hint: "Leave --person out: --face left=PHOTO says it.",
    });
  }
  return gather(named, cwd);
}

const nameThem = { hint: "For several people name each: --face left=ANNA.jpg --face right=BEN.jpg." };

/** What stands before the first `=` is a name when it reads as one; else the whole value is a path. */
function readFace(value: string): { readonly name?: PersonChoice; readonly path: string } {
  const at = value.indexOf("=");
  const before = value.slice(0, Math.max(at, 0));
  const isNumber = /^[+-]?\d+$/.test(before);
  const name = isNumber ? parsePersonChoice(before) : readPersonChoice(before);
  if (name === undefined) return { path: value };
  if (at === value.length - 1) throw new UnderstudyError("bad-usage", `--face ${value} names no photo.`);
  return { name, path: value.slice(at + 1) };
}

/** One member for each person that is named, in the order in which they are named first. */
function gather(
  named: readonly { readonly name?: PersonChoice; readonly path: string }[],
  cwd: string,
): readonly [CastWish, ...CastWish[]] {
  const members = new Map<string, { person: PersonChoice; facePaths: [string, ...string[]] }>();
  for (const { name, path } of named) {
    const person = absolute(name!, cwd);
    const key = JSON.stringify(person);
    const facePath = resolve(cwd, path);
    const member = members.get(key);
    if (member === undefined) members.set(key, { person, facePaths: [facePath] });
    else member.facePaths.push(facePath);
  }
  if (members.size > maxCastMembers) {
    throw new UnderstudyError("bad-usage", `${members.size} people are named; ${maxCastMembers} can get a face.`);
  }
  const [first, ...others] = [...members.values()];
  return [first!, ...others];
}

function absolute(person: PersonChoice, cwd: string): PersonChoice {
  return person.kind === "photo" ? { kind: "photo", path: resolve(cwd, person.path) } : person;
}
