import type { CaptionWish, LabelWish, PersonChoice, SpeechWish, StitchMode, SwapRange } from "@understudy/render";
import type { StandingAttestation } from "#consent/standing-attestation.js";

/** Where an input comes from. */
export type InputReference =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "upload"; readonly uploadId: string }
  /** A file that the operator put into the artifact store; relative to the owner's own part of `library/`. */
  | { readonly kind: "library"; readonly path: string }
  /** A file in a row of a connected table in Airtable, whose address is asked for when it is fetched: it does not hold for long. */
  | {
      readonly kind: "airtable";
      readonly connectionId: string;
      readonly recordId: string;
      readonly fieldId: string;
      readonly attachmentId: string;
    };

/** On whose word a render rests. */
export type ConsentReference =
  | { readonly kind: "record"; readonly consentId: string }
  /** Somebody's word for the person in the photo, given with the request. */
  | { readonly kind: "attested"; readonly operator: string }
  /** A record for the photo, else this standing attestation in the place of the configuration's. */
  | { readonly kind: "standing"; readonly attestation: StandingAttestation }
  /** A record for the photo, else the standing attestation of the configuration. */
  | { readonly kind: "on-record" };

/** Who in the video gets a face. A photo of them is compared and never drawn. */
export type OrderedPerson =
  | Exclude<PersonChoice, { readonly kind: "photo" }>
  | { readonly kind: "photo"; readonly photo: InputReference };

/** One person of the video, whose face they get, and on whose word. */
export interface OrderedMember {
  /** Best first; at least one. */
  readonly faces: readonly InputReference[];
  /** Undefined: whoever's face is largest. */
  readonly person?: OrderedPerson;
  readonly consent: ConsentReference;
}

/** A recording of the voice that a script is spoken in. */
export interface OrderedSample {
  readonly recording: InputReference;
  /** What is said in it; gone once the inputs were removed. */
  readonly text?: string;
}

/** What is spoken over the film. */
export interface OrderedSpeech extends Omit<SpeechWish, "script" | "sample"> {
  /** Gone once the inputs were removed. */
  readonly script?: string;
  /** Undefined: the engine's own voice. */
  readonly sample?: OrderedSample;
}

/** What was asked for: plain values, checked where they entered. The first person stands at the top, as where there is one. */
export interface RenderOrder extends OrderedMember {
  readonly source: InputReference;
  /** Other people of the video who get a face; undefined: nobody. */
  readonly others?: readonly OrderedMember[];
  /** Undefined: the brief's plan. */
  readonly swapRanges?: readonly SwapRange[];
  readonly label: LabelWish;
  readonly stitch: StitchMode;
  readonly allowMissingFace: boolean;
  /** Undefined: nothing is spoken. */
  readonly speech?: OrderedSpeech;
  /** Undefined: none. Neither a script nor a transcript: the transcript went with the inputs. */
  readonly captions?: CaptionWish;
  /** File name of the result without an ending. */
  readonly name: string;
  /** Endpoint that is told, besides those of the owner that want this kind of event. */
  readonly webhookEndpointId?: string;
  /** Of a scenario's job: that endpoint is sent the brief's body with this id, in the place of our own. */
  readonly briefRecordId?: string;
  /** The caller's own words, given back with everything about this render; at most 50 entries. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Longest time from the first start to the end. */
  readonly deadlineSeconds: number;
  /** Most that it may cost; undefined: the configuration's cap. */
  readonly costCapUsd?: number;
}

/** Everybody who gets a face, in the order of the request. */
export function membersOf({
  faces,
  person,
  consent,
  others = [],
}: RenderOrder): readonly [OrderedMember, ...OrderedMember[]] {
  return [{ faces, consent, ...(person !== undefined && { person }) }, ...others];
}

/** Photos and voices that an order names: what is drawn, what people of the video are known by, and in whose voice it speaks. */
export function peopleFilesOf(order: RenderOrder): readonly InputReference[] {
  const photos = membersOf(order).flatMap(({ faces, person }) =>
    person?.kind === "photo" ? [...faces, person.photo] : faces,
  );
  return order.speech?.sample === undefined ? photos : [...photos, order.speech.sample.recording];
}
