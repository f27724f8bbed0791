import { expect, it } from "vitest";
import { configSchema } from "#config/index.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import { openServiceAddress } from "./service-address.js";

const serverOf = (publicUrl: string) => configSchema.parse({ server: { publicUrl } });

it("is the configured one, without a slash at its end, wherever the process listens", async () => {
  const database = await openTestDatabase();
  const address = openServiceAddress(serverOf("https://videos.example/understudy//"), database);
  await address.note("http://127.0.0.1:8020");
  expect(address.url()).toBe("https://videos.example/understudy");
  expect(await address.read()).toBe("https://videos.example/understudy");
  expect((await database.pool.query("select from understudy.service_address")).rowCount).toBe(0);
});

it("is told by whoever listens to those who do not; the last one counts", async () => {
  const database = await openTestDatabase();
  const [runner, api] = [openServiceAddress(serverOf(""), database), openServiceAddress(serverOf(""), database)];
  expect(await runner.read()).toBe("");
  await api.note("http://127.0.0.1:8020");
  expect(api.url()).toBe("http://127.0.0.1:8020");
  expect(await runner.read()).toBe("http://127.0.0.1:8020");
  await api.note("http://127.0.0.1:8021");
  expect(runner.url()).toBe("http://127.0.0.1:8020");
  expect(await runner.read()).toBe("http://127.0.0.1:8021");
  expect(runner.url()).toBe("http://127.0.0.1:8021");
});
