import type { Config } from "#config/index.js";
import { days, inCode } from "./in-words.js";

/** One kind of thing that holds, or could hold, something of a person. */
export interface ArtefactClass {
  readonly name: string;
  readonly what: string;
  readonly where: string;
  readonly why: string;
  readonly howLong: string;
  readonly whoReads: string;
}

/**
 * Every kind that commands and workers keep, under the configuration in force; `serviceClasses` has what the service keeps
 * besides. What retention and erasure do is said in these two and nowhere else.
 */
export function artefactClasses({ dataFolder, retention }: Config): ArtefactClass[] {
  const inData = (name: string) => inCode(`${dataFolder}/${name}`);
  const operator = "the user who runs the program (mode 0600)";
  const afterConsent = `${days(retention.evidenceDays)} after the consent ended (expired or taken back)`;
  return [
    {
      name: "Photos, source videos, scripts and voice samples",
      what: "What you put in, or a worker's job names. Of a voice sample its pitch is measured.",
      where:
        "Where you keep them; they are not copied. A worker fetches a job's into a hidden folder `.understudy-…` of the data folder, for as long as the job runs.",
      why: "They are the input.",
      howLong: "Yours to decide; nothing of yours is removed.",
      whoReads: "whoever you let",
    },
    {
      name: "Face measurements",
      what: "Landmarks and embeddings of photo and video, and crops that they are read from: biometric data. Scores that are worked out from them (how alike, how steady) stand in manifests.",
      where:
        "Of a photo memory only, never on disk. Where the faces of a video are, frame by frame, also among the intermediate files.",
      why: "To draw the face, to check the photo, to measure the result.",
      howLong: "Until the render or check ends.",
      whoReads: "nobody; of the files the user who runs the program",
    },
    {
      name: "Intermediate files",
      what: "Encoded parts of the video that is being made, what is spoken in it and its captions; landmarks of the faces in its source, and what is in front of them.",
      where: "A hidden folder `.understudy-…` beside the output (mode 0700).",
      why: "A video does not fit into memory.",
      howLong: "Until the render ends; after a crash, until the next command.",
      whoReads: "the user who runs the program",
    },
    {
      name: "Templates",
      what: "What is computed of a source video alone: landmarks of the people in it, by what they are told apart (biometric data), and encoded parts without a change. Nothing of any photo.",
      where: "Only with `--template`: the folder that it names (mode 0700).",
      why: "The next photo for the same video costs less.",
      howLong: "Yours to decide; it can be removed at any time.",
      whoReads: "the user who runs the program",
    },
    {
      name: "Outputs",
      what: "The finished video, its captions and, with `--report`, a page with frames of it.",
      where: "Where you asked for them; of a worker's job in `storage.folder`, or in the bucket of the environment.",
      why: "They are what was asked for.",
      howLong:
        retention.outputDays === 0
          ? "Until you remove them or the person is erased."
          : `${days(retention.outputDays)}, if they are unchanged, in the bucket of the environment too; or until the person is erased.`,
      whoReads: "whoever you give them to",
    },
    {
      name: "Manifests and Content Credentials",
      what: "How the video was made, from files of which names and hashes, who answers for the consent, its random id and a salted hash of it. Inside the video: no names at all. The person's name is in neither, unless a file is named after them.",
      where: "Beside the video, and inside it.",
      why: "To show that the video was made with AI, and that somebody agreed.",
      howLong: "As the video.",
      whoReads: "whoever has the video",
    },
    {
      name: "Consent records",
      what: "Name or alias, statement, scope, dates, who answers for it, hashes of the photos; of a recording its similarity scores.",
      where: inData("consents"),
      why: "To prove the permission (GDPR Art. 7(1)) and to find it again.",
      howLong: `${afterConsent}; of one that was taken back its id, the time and the photos' hashes stay until the person is erased`,
      whoReads: operator,
    },
    {
      name: "Evidence",
      what: "The recording or signed document that a consent record names.",
      where: inData("evidence"),
      why: "To prove the permission.",
      howLong: `${afterConsent}; what a stopped command left and no record names, a day`,
      whoReads: operator,
    },
    {
      name: "Passcodes",
      what: "Words that a person is asked to say, and what they agree to by it: name or alias, statement, hashes of the photos.",
      where: inData("challenges"),
      why: "To tell a fresh recording from an old one.",
      howLong: "30 minutes, then until the next command that writes.",
      whoReads: operator,
    },
    {
      name: "Receipts",
      what: "What the person agreed to, for them to keep.",
      where: "Where you write them; no copy is kept.",
      why: "So that the person can take the consent back.",
      howLong: "As long as the person keeps it.",
      whoReads: "the person, and whoever hands it over",
    },
    {
      name: "Render records",
      what: "Paths and hashes of inputs and outputs, the ids of subject, consent and watermark, the reason given when the label was left to others, a perceptual fingerprint of the video.",
      where: inData("renders"),
      why: "To find every video of a person: for erasure, and when a copy turns up.",
      howLong: `As long as the consent record or an output is there, and at least ${days(retention.evidenceDays)}.`,
      whoReads: operator,
    },
    {
      name: "Signing keys",
      what: "Private keys and certificates of this installation; nothing of any person.",
      where: inData("keys"),
      why: "To sign the Content Credentials.",
      howLong: "Until you replace them.",
      whoReads: operator,
    },
    {
      name: "Audit log",
      what: "What was done and when: ids, hashes and counts.",
      where: inData("audit.jsonl"),
      why: "To account for it (GDPR Art. 5(2)).",
      howLong: "It is never shortened; ids of an erased person lead to nothing any more.",
      whoReads: operator,
    },
    {
      name: "Notes of erasure",
      what: "An id, a time and counts.",
      where: inData("erased"),
      why: "To show that an erasure took place.",
      howLong: "For good; nothing in it leads to a person.",
      whoReads: operator,
    },
  ];
}
