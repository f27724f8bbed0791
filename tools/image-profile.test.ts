import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What the lock file says of an installed package. */
interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly peer?: boolean;
  readonly link?: boolean;
}

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const installed = Object.entries(lock.packages).filter(([path]) => path.includes("node_modules/"));
/** What `npm ci --omit=dev --omit=peer` installs, as docs/media.md says for images. */
const inImages = installed.filter(([, { dev, peer }]) => dev !== true && peer !== true);

test("what images install holds neither node-av nor its binaries", () => {
  const isMediaBinary = ([path]: [string, LockedPackage]) => /node_modules\/(node-av|@seydx\/)/.test(path);
  expect(installed.some(isMediaBinary)).toBe(true);
  expect(inImages.filter(isMediaBinary)).toEqual([]);
});

test("nothing that images install is under the GPL or the AGPL", () => {
  const isStrong = ([, { license }]: [string, LockedPackage]) => /(^|[^L])GPL/.test(license ?? "");
  expect(inImages.length).toBeGreaterThan(100);
  expect(inImages.filter(isStrong).map(([path]) => path)).toEqual([]);
  expect(inImages.filter(([, { license, link }]) => license === undefined && link !== true)).toEqual([]);
});
