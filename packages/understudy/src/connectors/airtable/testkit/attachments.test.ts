import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSample, type Sample } from "./sample.js";

interface Attachment {
  readonly id: string;
  readonly url: string;
  readonly filename: string;
}

let sample: Sample;
let id: string;

beforeEach(async () => {
  sample = await openSample();
  id = sample.standIn.addRecord(sample.tableId, { Name: "Ada" });
});

afterEach(() => sample.standIn.close());

const hour = 60 * 60_000;
const get = (url: string) => fetch(url, { headers: { connection: "close" } });

async function photos(): Promise<readonly Attachment[]> {
  const answer = await sample.ask("GET", `/${sample.baseId}/People/${id}`);
  return (answer.body as { readonly fields: { readonly Photos?: readonly Attachment[] } }).fields.Photos ?? [];
}

const upload = (file: string, record = id, field = "Photos") =>
  sample.ask("POST", `/${sample.baseId}/${record}/${field}/uploadAttachment`, {
    contentType: "image/jpeg",
    filename: "made.jpg",
    file,
  });

describe("attachments of the stand-in", () => {
  it("are fetched without a token until their address expires; the next answer holds another one", async () => {
    const file = { bytes: Buffer.from("pixels"), fileName: "a b.jpg", mediaType: "image/jpeg" };
    const attachmentId = sample.standIn.addAttachment(sample.tableId, id, "Photos", file);
    const [photo] = await photos();
    expect(photo).toMatchObject({ id: attachmentId, filename: "a b.jpg", size: 6, type: "image/jpeg" });
    const fetched = await get(String(photo?.url));
    expect([fetched.status, fetched.headers.get("content-type")]).toEqual([200, "image/jpeg"]);
    expect(await fetched.text()).toBe("pixels");

    sample.wait(2 * hour);
    expect((await get(String(photo?.url))).status).toBe(410);
    const [again] = await photos();
    expect(again?.id).toBe(attachmentId);
    expect(await (await get(String(again?.url))).text()).toBe("pixels");
  });

  it("are added by an upload, answered by the field's id", async () => {
    await upload(Buffer.from("one").toString("base64"));
    const { status, body } = await upload(Buffer.from("two").toString("base64"));
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, fields: { [String(sample.fields["Photos"])]: [{ size: 3 }, { size: 3 }] } });
    const held = await photos();
    expect(await Promise.all(held.map(async ({ url }) => (await get(url)).text()))).toEqual(["one", "two"]);
  });

  it("are 5 MB at most, and go into a cell for them only", async () => {
    const large = Buffer.alloc(5 * 2 ** 20 + 1).toString("base64");
    const small = Buffer.from("x").toString("base64");
    const answers = [
      await upload(large),
      await upload("not base64"),
      await upload(small, id, "Name"),
      await upload(small, id, "Nme"),
      await upload(small, "rec00000000000000"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([413, 422, 422, 422, 404]);
    expect(await photos()).toEqual([]);
  });

  it("are kept by id, given by address, and removed when they are not named", async () => {
    await upload(Buffer.from("one").toString("base64"));
    await upload(Buffer.from("two").toString("base64"));
    const [, kept] = await photos();
    const cell = [{ id: kept?.id }, { url: "https://example.com/three.jpg?x=1" }];
    await sample.ask("PATCH", `/${sample.baseId}/People/${id}`, { fields: { Photos: cell } });
    expect((await photos()).map(({ id, filename, url }) => [id === kept?.id, filename, url === cell[1]?.url])).toEqual([
      [true, "made.jpg", false],
      [false, "three.jpg", true],
    ]);
    await sample.ask("PATCH", `/${sample.baseId}/People/${id}`, { fields: { Photos: [] } });
    expect(await photos()).toEqual([]);
  });
});
