import type { ConsentScope, ConsentStatement } from "#model/consent.js";

/** What an operator affirms by attesting; stored word for word in the record. */
export const attestationStatement: ConsentStatement = {
  text: "The person in this photo is an adult, has agreed to their face being placed in this video, and knows that the result is labelled as made with AI.",
  version: "1",
  language: "en",
};

/** What a statement of the person's own is about. */
export interface StatementFacts {
  readonly name: string;
  /** Who makes the videos. */
  readonly operator: string;
  readonly scope: Pick<ConsentScope, "voice" | "use" | "channels">;
  /** RFC 3339; absent: until it is taken back. */
  readonly expiresAt?: string;
}

/** What a person signs: who, what for, where, until when, and that it can be taken back. */
export function personStatement({ name, operator, scope, expiresAt }: StatementFacts): ConsentStatement {
  const { use, channels } = scope;
  const where =
    channels.length === 0 ? "They may be shown anywhere." : `They may be shown here: ${channels.join(", ")}.`;
  const sentences = [
    `I, ${name}, am 18 or older.`,
    `I agree that ${operator} uses my photo to place ${likeness(scope)} in videos that somebody else acted in, for this purpose: ${use}.`,
    where,
    "Every video says that it was made with AI.",
    "My face is measured while a video is made; these measurements are not kept, and nothing of mine is used for anything else.",
    `This holds until ${expiresAt === undefined ? "I take it back" : `${dayOf(expiresAt)} or until I take it back`}.`,
    "I can take it back at any time, without a reason and without a disadvantage, and then have my photo and the videos erased.",
  ];
  return { text: sentences.join(" "), version: "1", language: "en" };
}

/** The same, short enough to be spoken in half a minute. */
export function spokenStatement({ name, operator, scope, expiresAt }: StatementFacts): ConsentStatement {
  const until = expiresAt === undefined ? "" : ` This holds until ${dayOf(expiresAt)}.`;
  const text = `My name is ${name}. I am 18 or older. I agree that ${operator} places ${likeness(scope)} in videos for this purpose: ${scope.use}.${until} The videos say that they were made with AI. I can take this back at any time.`;
  return { text, version: "1", language: "en" };
}

function likeness({ voice }: Pick<ConsentScope, "voice">): string {
  return voice ? "my face, and an imitation of my voice," : "my face";
}

function dayOf(time: string): string {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(time));
}
