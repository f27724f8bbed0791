import { assertNever, type Consent } from "@understudy/render";
import { dayOf } from "#cli/day-of.js";
import { contentPolicyOf } from "#report/content-policy.js";
import { markup, trusted, type Markup } from "#report/markup.js";
import type { ConsentReceipt } from "./receipt.js";
import { receiptStyle } from "./receipt-style.js";

/** The receipt as one page without script or outside resource, for reading and for print. Pure. */
export function receiptPage(receipt: ConsentReceipt): string {
  const { consent, revokedAt } = receipt;
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Consent receipt ${consent.id}</title>
        <style>${trusted(receiptStyle)}</style>
      </head>
      <body>
        <div class="page">
          <header>
            <div>
              <p class="kicker">Consent receipt</p>
              <h1>${consent.subject.name}</h1>
            </div>
            <p>
              ${dayOf(consent.createdAt)}<br /><code>${consent.id}</code>
              ${revokedAt === undefined ? "" : markup`<br /><span class="state">Taken back on ${dayOf(revokedAt)}</span>`}
            </p>
          </header>
          <main>
            <blockquote lang="${consent.statement.language}">${consent.statement.text}
              <footer lang="en">${sourceOfWords(consent)}</footer></blockquote>
            <dl>
              ${facts(consent).map(
                ([term, text]) =>
                  markup`<dt>${term}</dt>
                    <dd>${text}</dd>`,
              )}
            </dl>
            <div class="columns">
              <section>
                <h2>What every video carries</h2>
                <ul>
                  <li>A label in the picture that says it was made with AI. Where a publisher sets it instead, the reason is on record.</li>
                  <li>Signed Content Credentials that say which seconds were changed, and name this consent by its number and a code that tells nothing about you.</li>
                  <li>An invisible watermark that leads a copy back to the operator.</li>
                </ul>
              </section>
              ${takingBack(receipt)}
            </div>
          </main>
          <footer>
            <p>Record <code>${consent.recordSha256}</code></p>
            <p>Code in the videos <code>${receipt.commitment}</code></p>
            <p>Receipt issued ${dayOf(receipt.issuedAt)}. Keep it: with the record hash you can hold the operator to it. The same facts for programs lie in ${consent.id}.receipt.json.</p>
          </footer>
        </div>
      </body>
    </html>
`;
  return page.text;
}

function takingBack({ contact, commands, consent, revokedAt, otherLiveConsents }: ConsentReceipt): Markup {
  const whom = markup`<strong>${contact === "" ? consent.operator : contact}</strong>`;
  return markup`<section>
    <h2>${revokedAt === undefined ? "How to take it back" : "You took it back"}</h2>
    ${
      revokedAt === undefined
        ? markup`<p>Any time, without a reason: write to ${whom} and give the number at the top of this page. From then on no video is started or finished under this consent.</p>`
        : markup`<p>No video is started or finished under this consent any more.</p>`
    }
    ${
      otherLiveConsents.length === 0
        ? ""
        : markup`<p>Also on record for this photo, and not taken back: ${otherLiveConsents.join(", ")}. To end that as well, give its number too.</p>`
    }
    <p>To have your photo, recordings and videos erased as well, ask ${revokedAt === undefined ? "for that too" : whom}.</p>
    <p class="commands">For the operator:<br />
      ${revokedAt === undefined ? markup`<code>${commands.revoke}</code><br />` : ""}<code>${commands.erase}</code></p>
  </section>`;
}

function facts(consent: Consent): [string, Markup | string][] {
  const { scope, operator, expiresAt, photoSha256, evidence, ageConfirmed } = consent;
  return [
    ["Who answers for it", operator],
    ["For", scope.use],
    ["What is used", scope.voice ? "Your face, and an imitation of your voice" : "Your face; not your voice"],
    ["Where it is shown", scope.channels.length === 0 ? "Anywhere" : scope.channels.join(", ")],
    ["Holds until", expiresAt === undefined ? "You take it back" : `${dayOf(expiresAt)}, or until you take it back`],
    ["Age", ageConfirmed ? "Confirmed: 18 or older" : "Not confirmed"],
    ["Your photo", fingerprints(photoSha256)],
    ...(evidence.length === 0
      ? []
      : [["Kept as proof", fingerprints(evidence.map(({ sha256 }) => sha256))] satisfies [string, Markup]]),
    ["Not kept", "Measurements of your face; they end with each render"],
  ];
}

/** SHA-256 of files: they tell which file it was without showing it. */
function fingerprints(hashes: readonly string[]): Markup {
  return markup`<ul class="fingerprints">${hashes.map((sha256) => markup`<li><code>${sha256}</code></li>`)}</ul>`;
}

function sourceOfWords({ method, operator, statement }: Consent): string {
  const version = `Word for word, version ${statement.version} of the text.`;
  switch (method) {
    case "attested":
      return `Stated by ${operator}, who says that you agreed. ${version}`;
    case "standing-attestation":
      return `Stated by ${operator} for everybody whose photo is sent in. Word for word as in the operator's configuration.`;
    case "e-signature":
      return `Signed by you. ${version}`;
    case "recorded-passcode":
      return `Spoken by you to a camera. ${version}`;
    case "fictional":
      return `Stated by ${operator} of an invented person. ${version}`;
    default:
      return assertNever(method);
  }
}

const contentPolicy = contentPolicyOf({ style: receiptStyle });
