import { expect, it } from "vitest";
import { readBasePlace } from "./base-place.js";

const [baseId, tableId] = ["appA1b2C3d4E5f6G7", "tblA1b2C3d4E5f6G7"];

it.each([
  [baseId, { baseId }],
  [`https://airtable.com/${baseId}/${tableId}/viwA1b2C3d4E5f6G7?blocks=hide`, { baseId, tableId }],
  [`airtable.com/${baseId}/${tableId}`, { baseId, tableId }],
  [`https://example.airtable.com/${baseId}`, { baseId }],
  [`https://airtable.com/${baseId}/pagA1b2C3d4E5f6G7/form`, { baseId }],
  [`https://airtable.com.example/${baseId}`, undefined],
  [`https://airtable.com/invite/l?inviteId=${baseId}`, undefined],
  ["https://", undefined],
  ["appTooShort", undefined],
  ["patA1b2C3d4E5f6G7.0123456789abcdef", undefined],
])("%s leads to %j", (text, place) => {
  expect(readBasePlace(text)).toEqual(place);
});
