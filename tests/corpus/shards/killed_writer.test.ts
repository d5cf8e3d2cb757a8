import { expect, test } from "bun:test";
import { killWriters } from "./killed_writer.ts";

test("a writer that was killed and is run again ends with the bytes of an undisturbed one", async () => {
  const { different, killed } = await killWriters(3, 7);
  expect(different).toBe(0);
  expect(killed).toBeGreaterThan(0);
}, 120_000);
