import { describe, expect, it } from "vitest";
import type { AuditEvent, AuditLog } from "#audit/audit-log.js";

/** A harmless event; `number` makes it tell from others. */
export function sampleEvent(number: number): AuditEvent {
  return { kind: "render-interrupted", renderId: `render_${number.toString(16).padStart(16, "0")}` };
}

/** What every implementation of the log must do; `prepare` makes an empty one and returns what opens it. */
export function describeAuditLog(name: string, prepare: () => Promise<() => AuditLog>): void {
  const now = new Date("2026-01-01T00:00:00.000Z");

  describe(`${name} keeps the audit log contract`, () => {
    it("is whole and empty before the first line", async () => {
      const create = await prepare();
      expect(await create().verify()).toEqual({ whole: true, lines: 0, lastSha256: "0".repeat(64), warnings: [] });
      expect(await create().list()).toEqual([]);
    });

    it("keeps events in order, each with the hash of the one before", async () => {
      const create = await prepare();
      const log = create();
      await Promise.all([1, 2, 3].map((number) => log.append(sampleEvent(number), now)));
      const lines = await create().list();
      expect(lines.map(({ number, at, event }) => ({ number, at, event }))).toEqual(
        [1, 2, 3].map((number) => ({ number, at: now.toISOString(), event: sampleEvent(number) })),
      );
      expect(lines[0]?.previousSha256).toBe("0".repeat(64));
      expect(lines[2]?.previousSha256).toBe(lines[1]?.sha256);
      expect(await create().verify()).toEqual({
        whole: true,
        lines: 3,
        lastSha256: lines[2]?.sha256,
        warnings: [],
      });
    });

    it("loses nothing when several append at once", async () => {
      const create = await prepare();
      const logs = [create(), create(), create()];
      const numbers = Array.from({ length: 30 }, (_, number) => number);
      await Promise.all(numbers.map((number) => logs[number % 3]?.append(sampleEvent(number), now)));
      expect(await create().verify()).toMatchObject({ whole: true, lines: 30 });
      const kept = (await create().list()).map(({ event }) => JSON.stringify(event));
      expect(kept.sort()).toEqual(numbers.map((number) => JSON.stringify(sampleEvent(number))).sort());
    });
  });
}
