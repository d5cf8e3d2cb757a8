import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWav } from "#lib/audio/write_wav.ts";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readShardIndex, writeShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";
import { progress } from "../settings.ts";
import { clipOf } from "./made_clips.ts";
import { runChild } from "./run_child.ts";

/** What `first_batch_child.ts` is asked for: a list, or shards; and a table to choose by. */
export interface FirstBatchRequest {
  readonly list?: string;
  readonly shards?: string;
  readonly table?: string;
}

/** How long it takes until there is something to train on. */
export interface FirstBatchRow {
  readonly what: string;
  readonly recordings: number;
  readonly openSeconds: number;
  /** Opening and the first batch. */
  readonly seconds: number;
  readonly peakBytes: number | undefined;
}

/** Sounds that there really are; names beyond them are of the same. */
const SOUNDS = 64;

/**
 * From a list, a filtered table and an index of so many recordings to the first batch of 16, each run in a process of its own.
 *
 * @throws {RefusedError} A batch, or the loader, has not all that it should.
 */
export async function measureFirstBatch(
  recordings: number,
  { runs }: { readonly runs: number },
): Promise<FirstBatchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "dialab-bench-"));
  try {
    progress(`making lists of ${recordings} recordings`);
    const id = (i: number) => `rec_${String(i).padStart(8, "0")}`;
    await makeSounds(folder, { recordings, id });
    const list = join(folder, "list.jsonl"), table = join(folder, "table.parquet");
    const shards = join(folder, "shards");
    const rows: FirstBatchRow[] = [];
    const ways: [string, FirstBatchRequest][] = [
      ["a list (JSON lines)", { list }],
      ["a list, chosen by a filtered table", { list, table }],
      ["an index of shards", { shards }],
      ["an index, chosen by a filtered table", { shards, table }],
    ];
    for (const [what, request] of ways) {
      const all = [];
      for (let i = 0; i < runs; i++) {
        progress(`${what}, ${i + 1} of ${runs}`);
        const one = await runChild<{ openSeconds: number; seconds: number; samples: number; length: number }>(
          "first_batch_child",
          request,
        );
        const { samples, length } = one.answer;
        const wanted = request.table === undefined ? recordings : Math.ceil(recordings / 2);
        if (samples !== Math.min(16, wanted) || length !== wanted) {
          throw new RefusedError(
            `${what}: ${length} of ${wanted} recordings, ${samples} in the first batch.`,
          );
        }
        all.push(one);
      }
      const peaks = all.flatMap(({ peakBytes }) => peakBytes ?? []);
      rows.push({
        ...{ what, recordings },
        openSeconds: median(all.map(({ answer }) => answer.openSeconds)),
        seconds: median(all.map(({ answer }) => answer.seconds)),
        peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
      });
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A list, a table and an index of so many recordings; every other one passes the filter. */
async function makeSounds(
  folder: string,
  { recordings, id }: { readonly recordings: number; readonly id: (i: number) => string },
): Promise<void> {
  const clip = await clipOf();
  const writer = await openShardWriter(join(folder, "shards"));
  for (let i = 0; i < SOUNDS; i++) {
    const samples = clip(i, 1);
    await writeWav(join(folder, `${i}.wav`), samples, { sampleRate: 16_000 });
    const json = new TextEncoder().encode(JSON.stringify({ wav_id: id(i), duration: 1 }));
    await writer.add({
      key: id(i),
      wavId: id(i),
      members: { wav: encodeWav(samples, { sampleRate: 16_000 }), json },
    });
  }
  const lines = Array.from(
    { length: recordings },
    (_, i) => `{"wav_id": "${id(i)}", "audio_filepath": "${i % SOUNDS}.wav", "duration": 1}\n`,
  );
  await writeFile(join(folder, "list.jsonl"), lines.join(""));
  const values = <Value>(of: (i: number) => Value) => Array.from({ length: recordings }, (_, i) => of(i));
  await writeParquet(join(folder, "table.parquet"), {
    columns: [
      { name: "wav_id", type: "text", values: values(id) },
      { name: "duration", type: "float", values: values((i) => i % 2 === 0 ? 1 : 0.25) },
    ],
    rowCount: recordings,
  });
  const { samples, ...index } = await writer.close();
  await writeShardIndex({
    ...index,
    samples: values((i) => ({ ...samples[i % SOUNDS], key: id(i), wavId: id(i) })),
  }, { file: join(folder, "shards", "shards.index.json") });
  await readShardIndex(join(folder, "shards", "shards.index.json"));
}
