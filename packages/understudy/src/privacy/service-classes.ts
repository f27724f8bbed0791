import type { Config } from "#config/index.js";
import type { ArtefactClass } from "./artefact-classes.js";
import { days, inCode } from "./in-words.js";

/** What `understudy serve` keeps besides, under the configuration in force. */
export function serviceClasses({ dataFolder, retention, logs }: Config): ArtefactClass[] {
  const inData = (name: string) => inCode(`${dataFolder}/${name}`);
  const store = (name: string) => `\`${name}\` in the artifact store`;
  const rows = (...tables: string[]) => `rows of ${tables.map((table) => `\`${table}\``).join(", ")}`;
  const inputDays = `${days(retention.inputDays)} after the render ended`;
  const operator = "the operator; of the API's answers whoever holds a key of that owner";
  return [
    {
      name: "Uploads",
      what: "Photos, videos, recordings of a voice and documents that were sent in, with the file's name if one was told; an unfinished one in pieces.",
      where: `${store("uploads/")}, ${rows("upload", "upload_piece")}`,
      why: "They are the input of renders and the evidence of consents.",
      howLong: `${days(retention.inputDays)} after they were whole, a day when they never were; photos of an erased person at once, and the voice that speaks in their videos, unless it speaks in somebody else's too`,
      whoReads: "the operator; nobody gets them back from the API",
    },
    {
      name: "Inputs of renders",
      what: "Photos, also those that only say who in the video gets the face, the video, and the recording of a voice, as a render fetched them from an address.",
      where: `${store("renders/ID/inputs/")}, and while it is rendered ${inData("work")}`,
      why: "A render that goes on after a crash, or a fork, must have the very same.",
      howLong: inputDays,
      whoReads: "the operator",
    },
    {
      name: "Half-made videos",
      what: "Finished regions of a video that is being made, its speech, the words of a transcript and when each is said, and what was measured of each region; landmarks of the faces in its source, and by what its people are told apart where one was named, so it is treated as biometric data.",
      where: `${store("renders/ID/work/")}, ${rows("kept_child")}`,
      why: "A render that goes on after a crash repeats nothing.",
      howLong: `The files until the video is finished, else ${inputDays}; the rows ${inputDays}`,
      whoReads: "the operator",
    },
    {
      name: "Templates of the service",
      what: "What is computed of a source video alone: landmarks of the people in it, by what they are told apart (biometric data), and encoded parts without a change. Nothing of any photo.",
      where: `${store("templates/OWNER/SHA256/")}, ${rows("template")}`,
      why: "The next photo for the same video costs less, on every machine.",
      howLong:
        retention.templateDays === 0
          ? "Nothing is kept."
          : `${days(retention.templateDays)} after the last render that used it`,
      whoReads: "the operator; renders of the same owner",
    },
    {
      name: "Drawn faces",
      what: "The pixels around each drawn face, without loss and without label or watermark, and where they lie in each frame; of the photo the face's width, angle, evenness of light and share of skin; similarity scores. A likeness of the person, so it is treated as biometric data. No landmarks, no embeddings.",
      where: store("renders/ID/faces/"),
      why: "Another label for the same video needs no second drawing.",
      howLong: `${inputDays}, or until the person is erased`,
      whoReads: "the operator; the API never hands them out",
    },
    {
      name: "Results and their addresses",
      what: "The finished video, a picture out of it, its captions, and its manifest. An address has a secret of 128 bits, made from a key of this installation: who has it sees the file, nobody can guess or list. The render's row and messages name it too.",
      where: `${store("renders/ID/out/")}, ${rows("result_link", "secret")}`,
      why: "They are what was asked for.",
      howLong:
        retention.outputDays === 0
          ? "Until a consent is revoked with its outputs, or the person is erased; from then on the address leads nowhere."
          : `${days(retention.outputDays)} after the render ended, or until a consent is revoked with its outputs or the person is erased; from then on the address leads nowhere.`,
      whoReads: "whoever has the address",
    },
    {
      name: "Renders",
      what: "What was asked for (addresses of inputs, the caller's own `metadata`, the word of an operator, a script, a transcript, what is said in the recording of a voice), ids of subjects and consents, progress, cost, what went wrong, the manifest.",
      where: rows("render", "render_event", "idempotency_key"),
      why: "To make it, to say how it goes, and to find every video of a person.",
      howLong: `Until the person is erased; but script, transcript and what the recording says ${inputDays}, and what is spoken, in the manifest, as long as the video. One that never came to be anybody's has no end; \`metadata\` is no place for names. The key of a request, a day.`,
      whoReads: operator,
    },
    {
      name: "Consents, render records, audit log, notes of erasure",
      what: "As above; each owner's own, the audit log of all.",
      where: `${rows("consent", "consent_revocation", "render_record", "audit_line", "audit_head", "erasure_note")}; recordings and documents: ${store("evidence/OWNER/")}; while they are looked at ${inData("owners/OWNER")}`,
      why: "As above.",
      howLong: "As above.",
      whoReads: operator,
    },
    {
      name: "Webhooks",
      what: "Where an owner is told and the secrets that sign; the messages: ids, `metadata`, the address of a result, errors; when each was sent and what the receiver answered.",
      where: rows("webhook_endpoint", "webhook_message", "webhook_attempt"),
      why: "Whoever waits is told, at least once.",
      howLong:
        "Messages 30 days after they were given up or would have been; those about a render of an erased person at once; endpoints until they are removed.",
      whoReads: operator,
    },
    {
      name: "Connections to Airtable",
      what: "Ids of base, table, columns and rows, a hash of what a row asked for, which render it led to, on whose word; the secret by which Airtable signs. Not the token, and nothing that a cell holds. The table itself is yours: a finished row holds a link and a picture, which are taken out when the video is removed.",
      where: rows("airtable_connection", "airtable_base", "airtable_row"),
      why: "A row is rendered once, and told what came of it.",
      howLong:
        "For good. What is known of a row whose render was erased, until link and picture are out of it, or for good when the row was removed or its table is not connected any more.",
      whoReads: "the operator",
    },
    {
      name: "API keys",
      what: "Name, scopes, limits, times of making, end and last use, SHA-256 of the key. The first key lies as it is in a file.",
      where: `${rows("api_key")}, ${inData("api-key")} (mode 0600)`,
      why: "To know who may do what.",
      howLong: "For good, also those that hold no longer: what was rendered names them.",
      whoReads: operator,
    },
    {
      name: "Pages for persons",
      what: "Of the address that the person in a photo was given: a hash, whose it is, when it was made.",
      where: rows("person_link"),
      why: "So that the person sees what was made, and takes it back without an account.",
      howLong: "Until the person is erased.",
      whoReads: "whoever has the address sees that person's page; nobody can list them",
    },
    {
      name: "Problem reports",
      what: "What somebody reported about a video, in their own words, and how to reach them if they said so. One about no video that is known goes to the operator.",
      where: rows("problem_report"),
      why: "So that somebody answers within 48 hours.",
      howLong:
        "30 days after it was closed; of an erased person at once, or, while it is open, what leads to the person.",
      whoReads: operator,
    },
    {
      name: "Jobs of the RunPod API",
      what: "What a job was sent with and came to: addresses, a `record_id`, errors.",
      where: "the schema `understudy_endpoint` of the database",
      why: "A worker elsewhere does them.",
      howLong:
        "While it waits or runs a day, unless it says otherwise, and a week at most; half an hour after its end.",
      whoReads: "whoever holds a key with the scope `jobs`, of whichever owner",
    },
    {
      name: "Runners and runs",
      what: "Which process works on which render since when: ids and times.",
      where: "rows of `runner`, `paid_call`, and of the job engine's own schema",
      why: "Nothing that was accepted is lost.",
      howLong: `${days(retention.inputDays + 1)} after a run ended`,
      whoReads: "the operator",
    },
    {
      name: "Log of the service",
      what: `Ids, routes, times, errors; never a key, an address's secret or query. What describes a person stands apart and is ${logs.personal ? "written" : "left out"} (\`logs.personal\`).`,
      where: "Standard error of each process; no file of ours.",
      why: "To see how it goes.",
      howLong: "Yours to decide, where you collect it.",
      whoReads: "whoever you let",
    },
    {
      name: "Exports of the database",
      what: "All of the rows above, as they are.",
      where: "Where `understudy db export` was told to write (mode 0600).",
      why: "To move, and as a backup.",
      howLong: "Yours to decide. An import brings back everybody who was erased since: erase them again.",
      whoReads: "the user who ran the command",
    },
  ];
}
