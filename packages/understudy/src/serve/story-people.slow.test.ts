import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openStory } from "#testing/service-lab/story.js";

/** Real footage beside the checkout, as the slow tests of the pipeline find it. */
const media =
  process.env["UNDERSTUDY_TEST_MEDIA"] ?? fileURLToPath(new URL("../../../../../shared/media", import.meta.url));
const bytesOf = (name: string) => readFile(join(media, name));

interface Told {
  readonly cast: readonly { readonly person: string; readonly consent: { readonly id: string } }[];
  readonly frames: { readonly swapped: number };
}

it.skipIf(!existsSync(join(media, "two-faces.mp4")))(
  "two people of a video get a face each over HTTP, nobody who is not there does, and either of them ends it",
  async () => {
    const story = await openStory({ UNDERSTUDY_WORKERS: "2" });
    onTestFinished(() => story.close());
    await story.start("service", ["--data", join(story.folder, "data")]);
    const send = async (name: string, type: string) => ({
      uploadId: await story.client.upload(await bytesOf(name), type),
    });
    const source = await send("two-faces.mp4", "video/mp4");
    const [woman, man] = [
      await send("photo-woman-studio.jpg", "image/jpeg"),
      await send("photo-man-beard.jpg", "image/jpeg"),
    ];
    const plan = { swap: [{ startSeconds: 0, endSeconds: 1 }] };
    const consent = { attestedBy: "Story" };
    const cast = [
      { person: "left", face: woman, consent },
      { person: "right", face: man, consent },
    ];
    const renderId = await story.render({ source, plan, cast });
    const made = await story.end(renderId);
    expect(made).toMatchObject({ state: "finished" });
    const manifest = await story.client.call<Told>("GET", `/v1/renders/${renderId}/manifest`);
    expect(manifest.cast.map(({ person }) => person)).toEqual(["left", "right"]);
    expect(manifest.frames.swapped).toBe(30);

    const nobody = await story.end(await story.render({ source, plan, face: man, consent, person: 3 }));
    expect(nobody).toMatchObject({ state: "failed", error: { code: "person-not-found" } });
    expect(nobody).not.toHaveProperty("estimate");
    const unlike = await story.end(await story.render({ source, plan, face: man, consent, person: { photo: man } }));
    expect(unlike.error?.message).toContain("similarity");

    const second = manifest.cast[1]!.consent.id;
    expect(made).toMatchObject({ otherConsentIds: [second] });
    await story.client.call("POST", `/v1/consents/${second}/revoke`, { deleteOutputs: true });
    expect(await story.end(renderId)).not.toHaveProperty("output");
  },
);
