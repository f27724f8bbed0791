import { join } from "node:path";
import { captionPathsFor, type CaptionPaths } from "#paths/index.js";

/** Every file of the demo that a reader may want, by what it is. */
export interface DemoPlaces {
  readonly folder: string;
  readonly source: string;
  readonly portrait: string;
  readonly consent: string;
  readonly video: string;
  readonly manifest: string;
  readonly sidecar: string;
  readonly report: string;
  readonly captions: CaptionPaths;
}

/** Names the files. Pure. */
export function placesIn(folder: string): DemoPlaces {
  const at = (name: string) => join(folder, name);
  return {
    folder,
    source: at("source.mp4"),
    portrait: at("portrait.jpg"),
    consent: at("consent.json"),
    video: at("finished.mp4"),
    manifest: at("finished.manifest.json"),
    sidecar: at("finished.c2pa"),
    report: at("finished.report.html"),
    captions: captionPathsFor(at("finished")),
  };
}
