import { expect, it } from "vitest";
import { testConsent } from "#intake/testing/test-consent.js";
import { consentCommitment } from "#model/consent.js";
import type { CastMember, CastPhotos } from "#model/person.js";
import { castFactsOf } from "./cast-facts.js";
import { sealOrderFor } from "./seal-order.js";

const photo = (name: string) => ({ key: `/home/anna/${name}`, sha256: name, byteLength: 1, mediaType: "image/*" });
const [ofAnna, ofBen] = [testConsent(), testConsent({ method: "fictional", operator: "Kim" })];
const cast: readonly [CastMember, CastMember] = [
  { person: { kind: "left" }, facePaths: ["/home/anna/a", "/home/anna/b"], consent: ofAnna },
  { person: { kind: "photo", path: "/home/anna/ben-smith.jpg" }, facePaths: ["/home/anna/c"], consent: ofBen },
];
const photos: readonly CastPhotos[] = [
  { person: cast[0].person, faces: [photo("a"), photo("b")] },
  { person: cast[1].person, faces: [photo("c")], reference: photo("ben-smith.jpg") },
];

it("tells in the manifest who got whose face, without a path and with numbers over all photos", () => {
  const facts = castFactsOf(cast, photos);
  expect(facts).toMatchObject([
    {
      person: "left",
      faces: [
        { key: "photo 1", sha256: "a" },
        { key: "photo 2", sha256: "b" },
      ],
      consent: { id: ofAnna.id, method: "attested", operator: "Sam", commitment: consentCommitment(ofAnna) },
    },
    { person: "photo", faces: [{ key: "photo 3", sha256: "c" }], consent: { id: ofBen.id, operator: "Kim" } },
  ]);
  expect(JSON.stringify(facts)).not.toMatch(/home|smith/);
});

it("seals everybody's consent, the first as that of a film with one person", () => {
  const prepared = { source: { path: "ad.mp4" }, plan: { segments: [] } } as unknown as Parameters<
    typeof sealOrderFor
  >[0]["prepared"];
  const request = { cast, renderId: "render_0123456789abcdef" } as unknown as Parameters<
    typeof sealOrderFor
  >[0]["request"];
  const order = sealOrderFor({ request, prepared, software: "understudy 0.1.0", path: "x.mp4", workFolder: "." });
  const sealed = [ofAnna, ofBen].map((each) => ({
    id: each.id,
    method: each.method,
    commitment: consentCommitment(each),
  }));
  expect([order.consent, ...(order.furtherConsents ?? [])]).toEqual(sealed);
});
