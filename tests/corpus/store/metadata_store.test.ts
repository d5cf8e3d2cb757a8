import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { openMetadataStore } from "#lib/corpus/store/metadata_store.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const ROWS = [{ wav_id: "🎙", snr: NaN }, { wav_id: "\uffff", snr: 1 }, { wav_id: "rec.1", snr: null }];
const TEXT = ROWS.map((row) =>
  JSON.stringify(row).replace(/"snr":null/, row.snr === null ? '"snr":null' : '"snr":NaN')
);

describe("a store", () => {
  test.each([
    ["a.parquet", () => writeParquet(at("a.parquet"), tableOf(ROWS))],
    ["a.jsonl", () => writeFileSync(at("a.jsonl"), TEXT.join("\n"))],
    ["lines.json", () => writeFileSync(at("lines.json"), TEXT.join("\n"))],
    ["list.json", () => writeFileSync(at("list.json"), `[${TEXT.join(",\n")}]`)],
  ])("of %s gives one row at a time", async (name, write) => {
    await write();
    const store = await openMetadataStore(at(name));
    expect(await store.listIds()).toEqual(["rec.1", "\uffff", "🎙"]);
    expect(await store.load("🎙")).toEqual({ wav_id: "🎙", snr: NaN });
    expect(await store.load("rec.1")).toEqual({ wav_id: "rec.1", snr: null });
    expect([await store.exists("rec.1"), await store.exists("rec")]).toEqual([true, false]);
    await expect(store.load("rec.2")).rejects.toThrow(
      `${name} has nothing of "rec.2"; the nearest of 3 is "rec.1".`,
    );
  });

  test("of npz gives arrays", async () => {
    mkdirSync(at("npz"));
    const snr = ndArray("f4", [2], Float32Array.of(1, 2));
    await writeNpz(at("npz/rec.2024.05.npz"), { snr });
    const store = await openMetadataStore(at("npz"));
    expect(await store.listIds()).toEqual(["rec.2024.05"]);
    expect(await store.load("rec.2024.05")).toEqual({ snr });
    expect([await store.exists("rec.2024.05"), await store.exists("../npz/rec.2024.05")]).toEqual([
      true,
      false,
    ]);
    await expect(store.load("rec")).rejects.toThrow('has nothing of "rec"');
  });

  test("of several tables takes the first of an id, and says so", async () => {
    await writeParquet(at("s0.parquet"), tableOf([{ uid: "a", n: 0 }, { uid: "b", n: 1 }]));
    await writeParquet(at("s1.parquet"), tableOf([{ n: 2, uid: "b" }, { n: 3, uid: "c" }]));
    const warnings: string[] = [];
    const store = await openMetadataStore([at("s0.parquet"), at("s1.parquet")], {
      warn: (text) => warnings.push(text),
    });
    expect([await store.load("b"), await store.load("c")]).toEqual([{ uid: "b", n: 1 }, { n: 3, uid: "c" }]);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/s1\.parquet: 1 of its rows/);
  });

  test("refuses what it cannot read", async () => {
    writeFileSync(at("a.pt"), "PK");
    await expect(openMetadataStore(at("a.pt"))).rejects.toThrow(/a\.pt is a pickle of torch.*write_parquet/);
    writeFileSync(at("no_id.jsonl"), '{"name": "a"}\n');
    await expect(openMetadataStore(at("no_id.jsonl"))).rejects.toThrow(
      'no column of ids: "wav_id", "uid", "file_id"',
    );
    writeFileSync(at("bad.jsonl"), '{"wav_id": "a"}\n{"wav_id": \n');
    await expect(openMetadataStore(at("bad.jsonl"))).rejects.toThrow("bad.jsonl, line 2: it is no JSON");
    await expect(openMetadataStore(at("absent.parquet"))).rejects.toThrow("absent.parquet");
  });
});

describeWith("a store of the original's metadata", fixture("corpus/pipeline/output/mini"), (output) => {
  test("has the ids of the voice activity", async () => {
    const store = await openMetadataStore(join(output, "vad_meta", "metadata.parquet"));
    expect((await store.listIds()).includes("日本語_01")).toBe(true);
    expect((await store.load("corrupt_01")).success).toBe(false);
  });
});
