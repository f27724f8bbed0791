import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { analyserVersion, type TrackOrigin } from "#face-track/track-file.js";
import { maxListedPeople, maxViews, type PeopleListing } from "./people-listing.js";

/** What a listing follows from. */
export type ListingOrigin = Omit<TrackOrigin, "person">;

/** Raised with every change that lets a listing say something else. */
const listingVersion = 1;

/** Nearly a thousand people with eight views each. */
const maxFileBytes = 16 * 1024 * 1024;

/** The name of a listing among everything that is kept of one source. */
export function listingName({ trackIndex, isConverted }: ListingOrigin): string {
  return `people-${analyserVersion}.${listingVersion}-${trackIndex}${isConverted ? "c" : ""}.json`;
}

/** The file's text. */
export function writeListing(listing: PeopleListing, origin: ListingOrigin): string {
  return `${JSON.stringify({ ...factsOf(origin), ...listing })}\n`;
}

/** @returns undefined for a file that is missing, damaged or made from something else. */
export async function readListing(path: string, origin: ListingOrigin): Promise<PeopleListing | undefined> {
  try {
    if ((await stat(path)).size > maxFileBytes) return undefined;
    const contents: unknown = JSON.parse(await readFile(path, "utf8"));
    const facts = z.looseObject({}).parse(contents);
    for (const [name, value] of Object.entries(factsOf(origin))) if (facts[name] !== value) return undefined;
    const { left, right, people } = listingSchema.parse(contents);
    return { people, ...(left && { left }), ...(right && { right }) };
  } catch {
    return undefined;
  }
}

function factsOf({ sourceSha256, trackIndex, isConverted }: ListingOrigin) {
  return { analyserVersion, listingVersion, sourceSha256, trackIndex, isConverted };
}

const number = z.int().min(1).max(maxListedPeople);
const seconds = z.number().min(0);
const box = z.object({ centerX: z.number(), centerY: z.number(), sizePixels: z.number().positive() });
const listingSchema = z.object({
  people: z
    .array(
      z.object({
        number,
        seconds,
        firstSeconds: seconds,
        lastSeconds: seconds,
        meanSizePixels: z.number().positive(),
        side: z.enum(["left", "middle", "right"]),
        example: z.object({ frame: z.int().min(0), seconds, faces: z.array(z.object({ number, box })).max(100) }),
        views: z
          .array(z.array(z.number().min(-1).max(1)).length(128))
          .min(1)
          .max(maxViews),
      }),
    )
    .max(maxListedPeople),
  left: number.optional(),
  right: number.optional(),
});
