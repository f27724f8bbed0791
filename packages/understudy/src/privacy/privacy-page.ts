import type { Config } from "#config/index.js";
import { days, inCode } from "./in-words.js";
import { artefactClasses, type ArtefactClass } from "./artefact-classes.js";
import { serviceClasses } from "./service-classes.js";

/** The privacy page of an installation, in Markdown: what is kept of people, and what they may ask for. */
export function privacyPage(config: Config): string {
  return `${[
    introduction(config),
    `## What is kept\n\n${table(artefactClasses(config))}`,
    `${service(config)}\n\n${table(serviceClasses(config))}`,
    leaves(config),
    rights(config),
    erasure,
    limits,
    recordOfProcessing(config),
    impactAssessment,
  ].join("\n\n")}\n`;
}

function introduction({ contact }: Config): string {
  return `# Privacy

This page is made from the configuration in force (\`understudy privacy\`). It says what this installation keeps of people,
why, for how long, and how a person gets out. A face that is matched or measured is biometric data (GDPR Art. 9; Illinois
BIPA), so all of it is treated as such: no render reads anything off a photo without a consent record for it, and neither
landmarks nor embeddings are stored.

**Contact:** ${contact === "" ? "nobody is named yet; set `contact` in the configuration." : plain(contact)}`;
}

function service({ dataFolder }: Config): string {
  return `## What the service keeps besides

Only where \`understudy serve\` runs. Its rows are in the database of \`DATABASE_URL\`, else in ${inCode(`${dataFolder}/postgres`)}; its files
are in the artifact store, which is the bucket of the \`BUCKET_*\` variables, else ${inCode(`${dataFolder}/artifacts`)}. No object in it is
public. Who runs the service can read all of it: the operator.`;
}

function table(classes: readonly ArtefactClass[]): string {
  const rows = classes.map((each) =>
    [each.name, each.what, each.where, each.why, each.howLong, each.whoReads].map(cell),
  );
  const header = ["class", "what", "where", "why", "how long", "who may read"];
  return [row(header), row(header.map(() => "---")), ...rows.map(row)].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function leaves({ seal, voice }: Config): string {
  const asked = [
    ...(seal.timestampUrl === ""
      ? []
      : [
          `For each finished video the timestamp authority ${plain(seal.timestampUrl)} is asked twice, because its answer must be measured before the file is laid out; each time it gets one hash of a signature.`,
        ]),
    ...(voice.engine === "flite"
      ? []
      : [
          `A script, the sample of the voice that speaks it and the sample's text go to ${plain(voice.engine.slice("endpoint:".length))}.`,
        ]),
  ];
  const nothing = asked.length === 0 ? "Of itself nothing: no network connection is made." : "Of itself nothing else.";
  return `## What leaves this machine

${[...asked, nothing].join(" ")} There is no telemetry and no account.

The service and a worker do what they are told to: they fetch inputs from the addresses that a request names, and tell the
addresses of webhooks what became of it (ids, the caller's \`metadata\`, the result's address; no name). Where \`DATABASE_URL\` or
the \`BUCKET_*\` variables name another machine, rows and files lie there.`;
}

function rights({ contact }: Config): string {
  const who = contact === "" ? "the operator" : plain(contact);
  return `## What a person may ask for

Write to ${who}. The operator answers with:

| right | command | service |
|---|---|---|
| know what is kept | \`understudy consent show ID\`, \`understudy consent receipt ID\` | \`GET /v1/subjects/ID\`, and a page for the person: \`POST /v1/subjects/ID/links\` |
| take the consent back; no reason is needed | \`understudy consent revoke ID\` | \`POST /v1/consents/ID/revoke\`, or the person on that page |
| be erased | \`understudy erase --subject ID --report FILE\` | \`DELETE /v1/subjects/ID\` |
| know whether a video was made here | \`understudy verify FILE\` | \`POST /v1/verify\` |
| report a problem with a video | write to the contact above | \`/report\`, for anybody |

Commands and service keep records of their own: ask both where both are used. After a consent is taken back nothing new is made or delivered under it; what was made before is listed, and erased on wish.`;
}

const erasure = `## What erasure does, and what it cannot do

Consents are taken back first. Then every file that a render of the person wrote goes, if it lies where it was written and its
bytes are still the same; then evidence, records, passcodes, and every file in the data folder with the bytes of one of their
photos, recordings or videos. A second walk proves it. What remains is a note without anything personal, and log lines with
ids that lead to nothing. A record that is damaged, a file that cannot be read or a link in the data folder stops it, because
nobody can tell what they lead to; the report names them.

The service does the same with what it keeps: renders that wait or run are stopped first; then their rows, events, addresses and
messages go, everything in the artifact store that was made of them or for them, the person's uploads, pages and closed reports.
Photos that the operator keeps in the store's \`library/\` stay, and are listed.

- A video that was moved or changed stays; the report lists it, a moved one with the SHA-256 to look for. So do record files,
  receipts and copies that you keep outside the data folder.
- Copies that were given away, published or backed up are out of reach. The record that leads from a watermark or fingerprint
  to a person goes too: a copy that turns up later still shows by its signature that it was made here, but no longer of whom.
- Files are removed, not overwritten: on flash disks and on file systems that copy on write, overwriting reaches other cells
  than the ones that held the data, and proves nothing. Encrypt the disk (LUKS, FileVault, BitLocker); backups must be erased
  by whoever makes them.`;

const limits = `## What there is not

- **No realtime mode**, no camera input, no virtual camera, ever: they serve impersonation and little else.
- **No nudity filter and no age estimation.** Both need model weights that may not be shipped with this program. Whoever records a
  consent must confirm that the person is 18 or older, and nothing is rendered without that. The seam for such checks is the gate
  (\`engines/face-engine.ts\`): it sees every photo before anything is rendered.
- **No filter by race**, and no estimate of race, gender or age is made or stored.
- **No telemetry.**`;

function recordOfProcessing({ contact, retention }: Config): string {
  return `## Record of processing (GDPR Art. 30): a start

| entry | text |
|---|---|
| controller and contact | ${contact === "" ? "…" : cell(plain(contact))} |
| purpose | personalised product videos for people who agreed to appear in them |
| legal basis | explicit consent, Art. 6(1)(a) and 9(2)(a) |
| people | persons whose photo is placed in a video; operators who record consents |
| data | photos, recordings or signed statements, finished videos, consent records; drawn faces for ${days(retention.inputDays)} where the service runs; landmarks and embeddings in memory only |
| recipients | … (who gets the videos; who hosts this machine; platforms they are published on) |
| transfers to third countries | … |
| erasure | consent records and evidence ${days(retention.evidenceDays)} after the consent ended; outputs ${retention.outputDays === 0 ? "on request" : `after ${days(retention.outputDays)}`} |
| security | files readable by one user only, disk encryption …, signed outputs, tamper-evident log, backups … |`;
}

const impactAssessment = `## Impact assessment (GDPR Art. 35): a start

Biometric data and synthetic likenesses call for one. What this program does about each risk, and what is left to you:

| risk | what is done | left to you |
|---|---|---|
| somebody is shown who did not agree | no render without a consent record for exactly these photos; recording with a fresh passcode, compared with the photo | choose \`recorded-passcode\` or \`e-signature\` where you do not know the person; set \`consent.allowAttested\` to false |
| a minor is shown | confirmation of age on every record | look at the photo |
| viewers take the video for real | visible label, signed Content Credentials, invisible watermark | keep the label when you publish; say so where the platform asks |
| the person cannot get out | taking back stops running renders; erasure finds outputs by hash and proves itself | a contact that answers; removal where it was published |
| data is stolen | files that one user can read, no landmarks or embeddings on disk; keys kept as hashes, addresses that cannot be guessed | disk encryption, updates, backups that expire |
| records are changed later | hash-chained audit log | note its last hash down elsewhere: \`understudy audit verify\` |`;

/** A value of the configuration as one line of Markdown without any effect of its own. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_<>[\]|]/g, "\\$&");
}

/** A text must not end its cell. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replace(/(?<!\\)\|/g, "\\|");
}
