import { describe, expect, it } from "vitest";
import { maxUploadBytes } from "#connectors/airtable/client/airtable-client.js";
import { openAirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { briefColumns } from "#connectors/brief-spellings.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { showPicture } from "./show-picture.js";
import { pollTable } from "./take-in.js";
import { writeBack } from "./write-back.js";

const shared = shareTestService();

/** A lab with a row that says Complete. */
async function openMade(picture: Buffer = Buffer.from("jpeg")) {
  const lab = await openAirtableLab(shared());
  const [row = ""] = lab.addRows(1);
  await pollTable(await lab.work(), lab.options);
  await lab.finish(await lab.renderOf(row), picture);
  await writeBack(await lab.options.book.due(lab.connection.id, 10), await lab.work(), lab.options);
  const show = async () => showPicture(await lab.work(), lab.options);
  return { lab, row, show };
}

const uploads = ({ lab }: Awaited<ReturnType<typeof openMade>>) =>
  lab.airtable.requests.filter(({ path }) => path.endsWith("/uploadAttachment")).length;

describe("the picture of a finished render", () => {
  it("is put into its row, once", async () => {
    const made = await openMade();
    expect(await made.show()).toBe(true);
    expect(made.lab.cell(made.row, "thumbnail")).toMatchObject([
      { filename: "video.jpg", type: "image/jpeg", size: 4 },
    ]);
    expect(await made.show()).toBe(false);
    expect(uploads(made)).toBe(1);
  });

  it("is there once, too, when the answer to its upload was lost", async () => {
    const made = await openMade();
    made.lab.airtable.failNext({ kind: "lost-answer" });
    await expect(made.show()).rejects.toMatchObject({ kind: "unavailable" });
    expect(await made.show()).toBe(true);
    expect(made.lab.cell(made.row, "thumbnail")).toHaveLength(1);
  });

  it("is left out when its file is gone", async () => {
    const made = await openMade();
    made.lab.files.clear();
    expect([await made.show(), await made.show(), uploads(made)]).toEqual([true, false, 0]);
  });

  it("is left out when Airtable does not take files of its size", async () => {
    const made = await openMade(Buffer.alloc(maxUploadBytes + 1));
    expect([await made.show(), await made.show(), uploads(made)]).toEqual([true, false, 0]);
  });

  it("is left out when its row or column is gone", async () => {
    const [rowless, columnless] = [await openMade(), await openMade()];
    rowless.lab.airtable.deleteRecord(rowless.lab.connection.tableId, rowless.row);
    columnless.lab.airtable.removeField(columnless.lab.connection.tableId, briefColumns.thumbnail);
    for (const made of [rowless, columnless]) expect([await made.show(), await made.show()]).toEqual([true, false]);
  });

  it("is not looked for when the table has no column for it", async () => {
    const { lab, show } = await openMade();
    const { connections } = lab.options;
    const { thumbnail: _, ...columns } = lab.connection.columns;
    await connections.noteColumns(lab.connection.id, { tableName: "T", columns }, lab.connection.columns);
    expect(await show()).toBe(false);
  });
});
