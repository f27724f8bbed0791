import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSample, type Sample } from "./sample.js";

interface Page {
  readonly records: readonly { readonly id: string; readonly fields: Readonly<Record<string, unknown>> }[];
  readonly offset?: string;
}

let sample: Sample;
let ids: readonly string[];

beforeEach(async () => {
  sample = await openSample();
  ids = sample.standIn.addRecords(
    sample.tableId,
    ["a", "b", "c", "d", "e"].map((Name) => ({ Name })),
  );
});

afterEach(() => sample.standIn.close());

const list = (body: object) => sample.ask("POST", `/${sample.baseId}/${sample.tableId}/listRecords`, body);

async function page(body: object): Promise<Page> {
  const answer = await list(body);
  return answer.body as Page;
}

describe("lists of the stand-in", () => {
  it("go on where the page before ended, and again from there", async () => {
    const first = await page({ pageSize: 2 });
    expect(first.offset).toBe(`${first.offset?.slice(0, 17)}/${ids[2]}`);
    const second = await page({ pageSize: 2, offset: first.offset });
    expect(await page({ pageSize: 2, offset: first.offset })).toEqual(second);
    const last = await page({ pageSize: 2, offset: second.offset });
    expect([first, second, last].flatMap(({ records }) => records.map(({ id }) => id))).toEqual(ids);
    expect(last.offset).toBeUndefined();
  });

  it("leave out what was removed in the meantime", async () => {
    const { offset } = await page({ pageSize: 2 });
    sample.standIn.deleteRecord(sample.tableId, String(ids[2]));
    expect((await page({ offset })).records.map(({ id }) => id)).toEqual(ids.slice(3));
  });

  it("do not go on after a while, nor after a restart", async () => {
    const expected = { status: 422, body: { error: { type: "LIST_RECORDS_ITERATOR_NOT_AVAILABLE" } } };
    const { offset } = await page({ pageSize: 2 });
    sample.wait(6 * 60_000);
    expect(await list({ offset })).toEqual(expected);
    const again = await page({ pageSize: 2 });
    sample.standIn.forgetPages();
    expect(await list({ offset: again.offset })).toEqual(expected);
    expect((await list({ offset: "x" })).body).toMatchObject({ error: { type: "INVALID_OFFSET_VALUE" } });
  });

  it("hold the fields that were asked for, by their ids", async () => {
    const id = String(sample.fields["Name"]);
    const { records } = await page({ fields: [id, "Age"], returnFieldsByFieldId: true, maxRecords: 1 });
    expect(records.map(({ fields }) => fields)).toEqual([{ [id]: "a" }]);
    expect((await list({ fields: ["Nme"] })).body).toMatchObject({ error: { type: "UNKNOWN_FIELD_NAME" } });
  });

  it.each([{ pageSize: 101 }, { pageSize: 0 }, { offset: null }, { cellFormat: "string" }, { unheardOf: 1 }])(
    "refuse %j",
    async (body) => {
      expect(await list(body)).toMatchObject({ status: 422, body: { error: { type: "INVALID_REQUEST_UNKNOWN" } } });
    },
  );
});
