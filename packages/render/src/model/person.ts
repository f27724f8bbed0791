import type { Consent } from "./consent.js";
import { UnderstudyError } from "./errors.js";
import type { Artifact } from "./manifest.js";

/** Who of the people in a video gets a face. */
export type PersonChoice =
  /** Whoever's face is largest. */
  | { readonly kind: "largest" }
  /** Whoever is furthest left, or right, as the viewer sees it. */
  | { readonly kind: "left" | "right" }
  /** By number in the listing of `understudy analyse`, from 1. */
  | { readonly kind: "number"; readonly number: number }
  /** Whoever this photo shows; the photo itself is never drawn. */
  | { readonly kind: "photo"; readonly path: string };

/** One person of the video, and the one whose face they get. */
export interface CastMember {
  readonly person: PersonChoice;
  /** Photos of the one consenting person, best first; at least one. */
  readonly facePaths: readonly [string, ...string[]];
  /** Covers all these photos. */
  readonly consent: Consent;
}

/** The photos of a cast member, hashed and covered by the member's consent; a path is the artifact's key. */
export interface CastPhotos {
  readonly person: PersonChoice;
  /** Best first. */
  readonly faces: readonly [Artifact, ...Artifact[]];
  /** The photo that a person is known by; there when `person` says so. */
  readonly reference?: Artifact;
}

/** How many people of one video can get a face. */
export const maxCastMembers = 8;

/** A number in a listing has at most three digits; nobody lists more people. */
const numberForm = /^[1-9]\d{0,2}$/;

/**
 * Reads `largest`, `left`, `right`, a number from 1, or `by:REF.jpg`.
 * @returns undefined when the text is none of these.
 */
export function readPersonChoice(text: string): PersonChoice | undefined {
  if (text === "largest" || text === "left" || text === "right") return { kind: text };
  if (numberForm.test(text)) return { kind: "number", number: Number(text) };
  const path = /^by:(.+)$/s.exec(text)?.[1];
  return path === undefined ? undefined : { kind: "photo", path };
}

/**
 * The same for a person that must be named: a text that is no word and no number is a photo's path.
 * @throws UnderstudyError `bad-usage` for a number below 1 or above 999, and for no text.
 */
export function parsePersonChoice(text: string): PersonChoice {
  const choice = readPersonChoice(text);
  if (choice !== undefined) return choice;
  if (/^[+-]?\d+$/.test(text)) {
    throw new UnderstudyError("bad-usage", `There is no person ${text}: people are numbered from 1 to 999.`, {
      hint: "Let understudy analyse VIDEO list the people in the video.",
    });
  }
  if (text.trim() === "" || text === "by:") throw new UnderstudyError("bad-usage", "No person is named.");
  return { kind: "photo", path: text };
}

/** How a record names the person: `largest`, `left`, `right`, the number, or `photo`. No path: it may hold a name. */
export function nameOfPerson(person: PersonChoice): string {
  return person.kind === "number" ? String(person.number) : person.kind;
}
