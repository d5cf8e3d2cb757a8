/** Joins, selections and filters of small manifests, as the original makes them. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JoinStrategy } from "#lib/corpus/manifests/join_query.ts";
import type { ManifestCondition } from "#lib/corpus/manifests/manifest_condition.ts";
import { ManifestJoiner } from "#lib/corpus/manifests/manifest_joiner.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

type Row = Readonly<Record<string, unknown>>;
interface Case {
  readonly parts: readonly string[];
  readonly how: JoinStrategy;
  readonly source: string;
  readonly columns: readonly string[];
  readonly dtypes: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly wavIds: readonly (string | null)[];
}
interface Expected {
  readonly cases: Readonly<Record<string, Case>>;
  readonly suffix_template: {
    readonly parts: string[];
    readonly template: string;
    readonly how: JoinStrategy;
    readonly columns: string[];
  };
  readonly filters_on_edge_values: {
    readonly cases: Readonly<Record<string, { config: Row; wavIds: string[] }>>;
  };
}

const TYPES: Readonly<Record<string, string>> = {
  String: "text",
  Float64: "float",
  Int64: "int",
  Boolean: "bool",
};

function sorted(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    JSON.stringify(
      Object.entries(row).map((
        [name, value],
      ) => [name, typeof value === "number" && !Number.isFinite(value) ? String(value) : value]),
    )
  ).sort();
}

async function all(manifest: MetadataManifest): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of manifest.rows()) rows.push(row);
  return rows;
}

describeWith("joins of the original", fixture("corpus/joins"), (folder) => {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const open = (parts: readonly string[]) =>
    Promise.all(
      parts.map((part) => MetadataManifest.fromParquet(join(folder, `${part}.parquet`), { threads: 1 })),
    );

  test.each(Object.keys(expected.cases))("%s", async (name) => {
    const { parts, how, source, columns, dtypes, rows, wavIds } = expected.cases[name];
    const warnings: string[] = [];
    if (columns === undefined) {
      const joining = new ManifestJoiner(await open(parts)).join({ how });
      return await expect(joining).rejects.toThrow('there is a column "duration_b" already');
    }
    await using joined = await new ManifestJoiner(await open(parts)).join({
      how,
      warn: (warning) => warnings.push(warning),
    });
    expect(joined.source).toBe(source);
    expect(joined.columns.map((column) => column.name)).toEqual([...columns]);
    expect(joined.columns.map(({ name, type }) => [name, type])).toEqual(
      columns.map((name) => [name, TYPES[dtypes[name]]]),
    );
    expect(sorted(await all(joined))).toEqual(sorted(rows));
    expect(await joined.count()).toBe(rows.length);
    expect(await joined.wavIds()).toEqual(wavIds.filter((id) => id !== null));
    expect(warnings.length).toBe(name.startsWith("duplicates") ? 2 : 0);
  });

  test("a suffix of one's own", async () => {
    const { parts, template, how, columns } = expected.suffix_template;
    await using joined = await new ManifestJoiner(await open(parts)).join({ how, suffix: template });
    expect(joined.columns.map(({ name }) => name)).toEqual(columns);
  });

  // As the README wants it: NaN meets nothing, labels are exact.
  test.each<[string, ManifestCondition[], string[]]>([
    ["min_snr", [{ column: "snr_mean", kind: "atLeast", value: 10 }], ["a", "e"]],
    ["max_snr", [{ column: "snr_mean", kind: "atMost", value: 10 }], ["a", "d", "f"]],
    ["min_duration", [{ column: "duration", kind: "atLeast", value: 1 }], ["a", "d", "e"]],
    ["max_duration", [{ column: "duration", kind: "atMost", value: 3 }], ["a", "d", "f"]],
    ["segments", [{ column: "vtc_n_segments", kind: "atLeast", value: 2 }], ["a", "d", "f"]],
    ["kchi", [{ column: "vtc_label_counts", kind: "hasLabel", labels: ["KCHI"] }], ["a", "e"]],
    ["och_or_kchi", [{ column: "vtc_label_counts", kind: "hasLabel", labels: ["OCH", "KCHI"] }], [
      "a",
      "b",
      "e",
    ]],
    ["k_dot_hi", [{ column: "vtc_label_counts", kind: "hasLabel", labels: ["K.HI"] }], ["f"]],
    ["a_plus_b", [{ column: "vtc_label_counts", kind: "hasLabel", labels: ["A+B"] }], ["f"]],
    ["no_music", [{ column: "dominant_category", kind: "noneOf", values: ["music"] }], ["c", "d", "e", "f"]],
    ["no_empty", [{ column: "dominant_category", kind: "noneOf", values: ["", "silence"] }], ["a", "e", "f"]],
    ["prob", [{ column: "dominant_prob", kind: "atMost", value: 0.5 }], ["a", "d"]],
  ])("filter %s", async (name, conditions, wanted) => {
    const theirs = expected.filters_on_edge_values.cases[name].wavIds;
    // Where we part from the original it is by what NaN and patterns let through.
    const apart = ["b", "a", "e", "f"].filter((id) => theirs.includes(id) !== wanted.includes(id));
    expect(theirs.filter((id) => !apart.includes(id))).toEqual(wanted.filter((id) => !apart.includes(id)));
    const [manifest] = await open(["edge"]);
    await using filtered = manifest.filter(conditions);
    expect(await filtered.wavIds()).toEqual(wanted);
  });
});

describeWith("shards of one table", fixture("corpus/parquet"), (folder) => {
  const { drift } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
    drift: { data: Row[]; files: string[] };
  };

  test("are put together by name with the widest type", async () => {
    await using manifest = await MetadataManifest.fromParquet(drift.files.map((file) => join(folder, file)));
    expect(sorted(await all(manifest))).toEqual(sorted(drift.data));
    await using same = await MetadataManifest.fromParquet(join(folder, "drift_shard_*.parquet"));
    expect(sorted(await all(same))).toEqual(sorted(drift.data));
    expect(manifest.columns.map(({ name, type }) => [name, type])).toEqual([["uid", "text"], ["n", "float"], [
      "error",
      "text",
    ], ["extra", "int"]]);
  });

  test.each(["truncated.parquet", "not_parquet.parquet"])("%s is refused with its name", async (name) => {
    await expect(MetadataManifest.fromParquet(join(folder, name))).rejects.toThrow(name);
  });
});
