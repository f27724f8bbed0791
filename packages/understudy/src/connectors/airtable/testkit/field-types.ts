import { z } from "zod";
import { makeId } from "./ids.js";
import { invalid, invalidRequest } from "./refusal.js";
import type { StoredField } from "./model.js";

const none = z.undefined();
const precision = z.number().int().min(0).max(8);
const icons = z.enum(["check", "xCheckbox", "star", "heart", "thumbsUp", "flag", "dot"]);
const hues = ["blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "purple", "gray"] as const;
const bright = z.enum(hues.map((hue) => `${hue}Bright` as const));
const choiceColors = z.enum(
  hues.flatMap((hue) => (["Light2", "Light1", "Bright", "Dark1"] as const).map((tone) => `${hue}${tone}` as const)),
);
const choices = z.strictObject({
  choices: z.array(z.strictObject({ name: z.string().min(1), color: choiceColors.optional() })),
});
const dateFormat = z.strictObject({
  name: z.enum(["local", "friendly", "us", "european", "iso"]),
  format: z.string().optional(),
});

/**
 * Types that a program can make, and the options it gives. Source: https://airtable.com/developers/web/api/field-model;
 * that options which are only read are refused was seen in recorded answers.
 */
const creatable: Readonly<Record<string, z.ZodType>> = {
  singleLineText: none,
  multilineText: none,
  richText: none,
  email: none,
  url: none,
  phoneNumber: none,
  multipleAttachments: none,
  number: z.strictObject({ precision }),
  percent: z.strictObject({ precision }),
  currency: z.strictObject({ precision: z.number().int().min(0).max(7), symbol: z.string() }),
  rating: z.strictObject({ icon: icons, max: z.number().int().min(1).max(10), color: bright }),
  duration: z.strictObject({ durationFormat: z.enum(["h:mm", "h:mm:ss", "h:mm:ss.S", "h:mm:ss.SS", "h:mm:ss.SSS"]) }),
  checkbox: z.strictObject({ icon: icons, color: bright }),
  singleSelect: choices,
  multipleSelects: choices,
  date: z.strictObject({ dateFormat }),
  dateTime: z.strictObject({
    dateFormat,
    timeFormat: z.strictObject({ name: z.enum(["12hour", "24hour"]), format: z.string().optional() }),
    timeZone: z.string().regex(/^(utc|client|[A-Z][A-Za-z_]+(\/[A-Za-z_+\-0-9]+)+)$/),
  }),
  multipleRecordLinks: z.strictObject({
    linkedTableId: z.string(),
    viewIdForRecordSelection: z.string().optional(),
  }),
  formula: z.strictObject({ formula: z.string().min(1) }),
};

/** Types whose cells Airtable works out itself. */
const computed = new Set(
  (
    "formula rollup count multipleLookupValues autoNumber button aiText externalSyncSource " +
    "createdTime createdBy lastModifiedTime lastModifiedBy"
  ).split(" "),
);

/** Whether nobody can write cells of this type. */
export function isComputed(type: string): boolean {
  return computed.has(type);
}

/** A field about to be made. */
export interface NewField {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Makes a field for a program. @throws Refusal 422 for a type or options that it cannot have. */
export function makeField(field: NewField): StoredField {
  const options = creatable[field.type];
  if (options === undefined) {
    throw isComputed(field.type)
      ? invalid("UNSUPPORTED_FIELD_TYPE_FOR_CREATE", `Creating ${field.type} fields is not supported at this time`)
      : invalidRequest();
  }
  if (!options.safeParse(field.options).success) {
    const trouble = field.options === undefined ? "is missing" : "is invalid";
    throw invalid(
      "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE",
      `Failed schema validation: ${field.name}.options ${trouble}`,
    );
  }
  return storedField(field);
}

/** Makes a field as a person in Airtable's own program can: of every type, with options left out at will. */
export function storedField(field: NewField, id = makeId("fld")): StoredField {
  const options = { ...field.options, ...readOptions(field) };
  return {
    id,
    name: field.name,
    type: field.type,
    ...(field.description !== undefined && { description: field.description }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

/** Options that Airtable adds: ids and colours of choices, among others. */
function readOptions(field: NewField): Readonly<Record<string, unknown>> {
  switch (field.type) {
    case "singleSelect":
    case "multipleSelects": {
      const given = (field.options?.["choices"] ?? []) as readonly { readonly name: string }[];
      return { choices: given.map((choice, index) => makeChoice(choice, index)) };
    }
    case "multipleAttachments":
      return { isReversed: false };
    case "multipleRecordLinks":
      return { isReversed: false, prefersSingleRecordLink: false };
    case "formula":
      return { isValid: true, referencedFieldIds: [] };
    default:
      return {};
  }
}

/** A choice with everything that Airtable gives it. @param index of the choice in its field: picks the colour. */
export function makeChoice(choice: { readonly name: string }, index: number) {
  return { id: makeId("sel"), color: `${hues[index % hues.length] ?? hues[0]}Light2`, ...choice };
}
