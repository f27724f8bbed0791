import type { Consent } from "@understudy/render";
import type { ConsentState } from "#consent/index.js";
import type { ShownVideo } from "./person-view.js";

/** Every word of the page for the person in the photo. Another language is another one of these. */
export interface PersonWords {
  /** BCP 47 tag. */
  readonly language: string;
  /** A day as people write it; the time is RFC 3339. */
  day(time: string): string;
  readonly kicker: string;
  readonly title: string;
  /** @param operators who asked, at least one. */
  asked(operators: readonly string[]): string;
  readonly nothingAgreed: string;
  readonly consents: {
    readonly title: string;
    source(method: Consent["method"], operator: string): string;
    readonly use: string;
    readonly channels: string;
    readonly anywhere: string;
    readonly since: string;
    readonly until: string;
    readonly noEnd: string;
    readonly states: Readonly<Record<ConsentState, string>>;
    revoked(day: string): string;
  };
  readonly videos: {
    readonly title: string;
    readonly none: string;
    readonly watch: string;
    readonly states: Readonly<Record<ShownVideo["state"], string>>;
    readonly labels: Readonly<Record<ShownVideo["label"], string>>;
  };
  readonly marks: { readonly title: string; readonly lines: readonly string[] };
  readonly choices: { readonly title: string; readonly back: string };
  readonly revoke: Choice & { readonly deletes: string; done(stopped: number): string };
  readonly erase: Choice & { done(files: number): string; readonly incomplete: string; readonly again: string };
  readonly report: Choice & {
    readonly about: string;
    readonly everything: string;
    readonly what: string;
    readonly contact: string;
    readonly contactHint: string;
    readonly empty: string;
    readonly tooMany: string;
    done(day: string): string;
  };
  /** The page for everybody else; what it has in common with `report` stands there. */
  readonly publicReport: {
    readonly kicker: string;
    readonly title: string;
    readonly text: string;
    readonly about: string;
    readonly aboutHint: string;
    readonly tooMany: string;
  };
  readonly nothingHere: { readonly title: string; readonly text: string };
  readonly refused: { readonly title: string; readonly text: string };
  /** @param contact where the operator can be reached. */
  footer(contact: string): string;
  readonly keepAddress: string;
}

/** Something that the person can do: the link to it, its page, its button and the page that follows. */
interface Choice {
  readonly link: string;
  readonly hint: string;
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly doneTitle: string;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const nameList = new Intl.ListFormat("en-GB");

/** The page in English. */
export const englishWords: PersonWords = {
  language: "en",
  day: (time) => dayFormat.format(new Date(time)),
  kicker: "For the person in the photo",
  title: "Videos made with your photo",
  asked: (operators) =>
    `${nameList.format(operators)} ${operators.length === 1 ? "answers" : "answer"} for these videos. This page is yours: it shows what is on record about you, and lets you end it.`,
  nothingAgreed: "Nothing is on record about you any more.",
  consents: {
    title: "What you agreed to",
    source(method, operator) {
      switch (method) {
        case "attested":
        case "standing-attestation":
          return `Stated by ${operator}, who says that you agreed.`;
        case "e-signature":
          return "Signed by you.";
        case "recorded-passcode":
          return "Spoken by you to a camera.";
        case "fictional":
          return `Stated by ${operator} of an invented person.`;
      }
    },
    use: "For",
    channels: "Shown",
    anywhere: "Anywhere",
    since: "Since",
    until: "Until",
    noEnd: "You take it back",
    states: { live: "Holds", expired: "Has ended", revoked: "Taken back", "not counted": "Does not count any more" },
    revoked: (day) => `Taken back on ${day}`,
  },
  videos: {
    title: "What was made",
    none: "No video has been made.",
    watch: "Watch",
    states: {
      queued: "Waiting to be made",
      running: "Being made",
      finished: "Finished",
      failed: "Not made: something went wrong",
      cancelled: "Stopped; nothing was made",
      removed: "Removed",
    },
    labels: {
      on: "Says “AI MODIFIED” in the picture wherever your face is",
      start: "Says “AI MODIFIED” in the picture at the start and wherever your face is",
      delegated: "Whoever publishes it says that it was made with AI",
    },
  },
  marks: {
    title: "How you can tell these videos",
    lines: [
      "A label in the picture says that AI was used, unless the publisher took that over.",
      "Signed Content Credentials inside the file say which seconds were changed, and never who you are.",
      "An invisible watermark leads every copy back to whoever made it.",
    ],
  },
  choices: { title: "What you can do", back: "Go back" },
  revoke: {
    link: "Take your consent back",
    hint: "No more videos, from this moment.",
    title: "Take your consent back?",
    text: "From this moment nothing is started or finished with your photo, and what is being made stops. You need no reason, and you can agree again later.",
    deletes: "Also remove the videos that were made, so that their links stop working",
    button: "Take it back",
    doneTitle: "You took it back",
    done: (stopped) =>
      stopped === 0
        ? "Nothing is made with your photo any more."
        : `Nothing is made with your photo any more. ${stopped === 1 ? "One video that was being made has" : `${stopped} videos that were being made have`} been stopped.`,
  },
  erase: {
    link: "Erase everything",
    hint: "Your photo, the videos, and what is on record about you.",
    title: "Erase everything?",
    text: "Your consent is taken back, and your photo, every video made with it, its links and everything on record about you are removed. This cannot be undone, and this page ends with it. Copies that somebody already saved elsewhere cannot be reached.",
    button: "Erase everything",
    doneTitle: "Everything is erased",
    done: (files) =>
      `${files === 1 ? "One thing was" : `${files} things were`} removed, and a second look found nothing of yours. What stays is a note with a number and the time, which leads to nobody.`,
    incomplete:
      "Not everything could be removed yet. Nothing is made with your photo any more; please try again in a minute.",
    again: "Try again",
  },
  report: {
    link: "Report a problem",
    hint: "Something is wrong with a video, or you never agreed.",
    title: "Report a problem",
    text: "Say what is wrong. Somebody has to look at it within 48 hours.",
    about: "Which video?",
    everything: "All of them, or something else",
    what: "What is wrong?",
    contact: "How can you be reached? (optional)",
    contactHint: "Mail address or telephone number",
    empty: "Please say what is wrong.",
    tooMany: "There are many reports of yours that wait for an answer already.",
    button: "Send",
    doneTitle: "Your report has arrived",
    done: (day) => `Somebody has to look at it by ${day}.`,
  },
  publicReport: {
    kicker: "For everybody",
    title: "Report a problem with a video",
    text: "Are you in a video that was made here, and never agreed? Or is something else wrong with it? Say what it is; somebody has to look at it within 48 hours.",
    about: "Which video? (optional)",
    aboutHint: "Its address, or where you saw it",
    tooMany: "There were many reports in the last minute. Please send it again in some minutes.",
  },
  nothingHere: {
    title: "There is nothing at this address",
    text: "The address may be incomplete, or what it led to has ended.",
  },
  refused: {
    title: "That did not come from this page",
    text: "Nothing was done. Open the address that you were given, and try again from there.",
  },
  footer: (contact) => (contact === "" ? "" : `Questions: ${contact}`),
  keepAddress: "Whoever has the address of this page can do what you can do here. Keep it to yourself.",
};
