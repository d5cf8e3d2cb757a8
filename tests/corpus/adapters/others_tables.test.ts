/** Tables as pandas and others write them: ids as doubles or bytes, success as text, numbers or nothing, durations as decimals. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStage } from "#lib/corpus/adapters/open_stage.ts";
import { buildManifest } from "#lib/corpus/build_manifest.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { openMetadataStore } from "#lib/corpus/store/metadata_store.ts";
import { summarizeCorpus } from "#lib/corpus/summary/summarize_corpus.ts";
import type { Column } from "#lib/corpus/tables/table.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-others-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder with a stage: columns by file, `[name, type, ...values]` each. */
async function stage(
  name: string,
  files: Record<string, readonly (readonly [string, Column["type"], ...unknown[]])[]>,
): Promise<string> {
  const folder = mkdtempSync(join(scratch, "out-"));
  mkdirSync(join(folder, `${name}_meta`));
  for (const [file, columns] of Object.entries(files)) {
    await writeParquet(join(folder, `${name}_meta`, `${file}.parquet`), {
      columns: columns.map(([name, type, ...values]) => ({ name, type, values })),
      rowCount: columns[0].length - 2,
    });
  }
  return folder;
}

/** The ids of a stage in every view, which must be the same. */
async function idsOf(folder: string, name: string): Promise<string[]> {
  const one = await openStage(folder, name);
  const ids = (await one.allIds()).sort();
  const { columns } = await one.toTable();
  expect(columns.find(({ name }) => name === "wav_id")!.values.filter((id) => id !== null).sort()).toEqual(
    ids,
  );
  const { manifest } = await buildManifest(folder);
  await using _ = manifest;
  expect((await manifest.wavIds()).sort()).toEqual(ids);
  const store = await openMetadataStore(one.files);
  expect((await store.listIds()).sort()).toEqual(ids);
  for (const id of ids) {
    expect(await one.exists(id)).toBe(true);
    expect(Object.values((await one.load(id)).meta)).toContain(id);
    expect(Object.values(await store.load(id))).toContain(id);
  }
  return ids;
}

describe("ids", () => {
  test("that pandas made doubles of are the whole numbers they were, and other files keep all their digits", async () => {
    const ok = ["success", "bool", true, true, true] as const;
    const folder = await stage("vad", {
      a: [["file_id", "float", 7, 8, null], ok],
      b: [["file_id", "int", 9007199254740993n, 9007199254740992n, 10], ok],
      c: [["file_id", "text", "007", "x", "8.0"], ok],
    });
    const ids = ["007", "10", "7", "8", "8.0", "9007199254740992", "9007199254740993", "x"];
    expect(await idsOf(folder, "vad")).toEqual(ids);
  });

  test("that are bytes are UTF-8", async () => {
    const bytes = ["é", "b"].map((id) => new TextEncoder().encode(id));
    const folder = await stage("vad", {
      a: [["file_id", "binary", ...bytes], ["success", "bool", true, true]],
    });
    expect(await idsOf(folder, "vad")).toEqual(["b", "é"]);
  });

  test("that are no ids are refused, with column and file", async () => {
    for (
      const [type, value, fault] of [
        ["float", 9.5, /a\.parquet: column "file_id" has 9\.5 as an id/],
        ["float", 2 ** 53, /a\.parquet: column "file_id" has 900719925474099\S+ as an id/],
        ["binary", Uint8Array.of(255), /a\.parquet: column "file_id" has bytes as an id/],
      ] as const
    ) {
      const folder = await stage("vad", { a: [["file_id", type, value], ["success", "bool", true]] });
      const one = await openStage(folder, "vad");
      await expect(one.allIds()).rejects.toThrow(fault);
      await using manifest = await one.asManifest();
      await expect(manifest.wavIds()).rejects.toThrow(fault);
      await expect(manifest.rows().next()).rejects.toThrow(fault);
      await expect(openMetadataStore(one.files)).rejects.toThrow(fault);
    }
    const file = join(scratch, "ids.jsonl");
    writeFileSync(file, '{"wav_id": 7}\n{"wav_id": 9.5}\n');
    await expect(MetadataManifest.fromJsonl(file)).rejects.toThrow(/ids\.jsonl: column "wav_id" has 9\.5/);
  });

  test("in two columns are refused", async () => {
    const folder = await stage("vad", {
      a: [["file_id", "text", "a"], ["wav_id", "text", "b"], ["success", "bool", true]],
    });
    await expect(openStage(folder, "vad")).rejects.toThrow(
      /a\.parquet: it has ids in "file_id" and in "wav_id"/,
    );
  });
});

describe("success", () => {
  const kept = async (name: string, column: readonly [string, Column["type"], ...unknown[]]) => {
    const ids = ["a", "b", "c", "d"].slice(0, column.length - 2);
    const id = name === "vad" ? "file_id" : "uid";
    const folder = await stage(name, { a: [[id, "text", ...ids], column] });
    const { manifest } = await buildManifest(folder);
    await using _ = manifest;
    const there = await manifest.wavIds();
    expect(await (await openStage(folder, name)).listIds()).toEqual(there);
    expect((await summarizeCorpus(folder)).stages[0].succeeded).toBe(there.length);
    return there.join("");
  };

  test("is told by booleans however they are written", async () => {
    expect(await kept("vad", ["success", "text", "True", "false", null])).toBe("a");
    expect(await kept("vad", ["success", "int", 1, 0, null])).toBe("a");
    expect(await kept("vad", ["success", "float", 1, 0, null])).toBe("a");
    const fault = /a\.parquet: column "success" has "done": true or false is needed/;
    await expect(kept("vad", ["success", "text", "true", "done"])).rejects.toThrow(fault);
  });

  test("is no error: null as well as none", async () => {
    expect(await kept("vtc", ["error", "text", null, "", "boom"])).toBe("ab");
    expect(await kept("vtc", ["error", "null", null, null])).toBe("ab");
    expect(await kept("vtc", ["error", "float", NaN, null])).toBe("ab");
  });

  test("is a status of ok", async () => {
    const ok = new TextEncoder().encode("ok");
    const one = await openStage(
      await stage("snr", { a: [["uid", "text", "a", "b"], ["snr_status", "binary", ok, null]] }),
      "snr",
    );
    expect(await one.listIds()).toEqual(["a"]);
    await using manifest = await one.asManifest();
    expect(await manifest.query(`SELECT ${await one.successSql(manifest)} FROM (${manifest.parts().sql})`))
      .toEqual([[true], [false]]);
  });
});

test("durations of decimals are summed", async () => {
  const folder = await stage("vad", {
    a: [["file_id", "text", "a", "b"], ["success", "bool", true, true], [
      "duration",
      "decimal",
      "5.25",
      "3600.5",
    ]],
  });
  const { durationSec, stages: [{ durationSec: ofStage }] } = await summarizeCorpus(folder);
  expect([durationSec, ofStage]).toEqual([3605.75, 3605.75]);
});
