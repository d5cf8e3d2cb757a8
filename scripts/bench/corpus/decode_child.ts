/** Epochs of clips through a loader, decoded and collated, in a process of its own. */
import process from "node:process";
import { openRawFiles } from "#lib/corpus/loaders/raw_file_loader.ts";
import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import type { DecodeRequest } from "./measure_decode.ts";

const { recordings, shards, runs }: DecodeRequest = JSON.parse(process.argv[2]);
await using loader = shards === undefined ? await openRawFiles(recordings!) : await openWebDataset(shards);
const batches = speechBatches(loader, { seed: 1, batchSize: 16 });
const seconds: number[] = [];
let samples = 0;
// The first epoch warms up: files come into the system's cache, and engines compile what they have seen.
for (let run = 0; run <= runs; run++) {
  const start = performance.now();
  samples = 0;
  for await (const loaded of batches) {
    samples += loaded.batch.ids.length;
    loaded.release();
  }
  if (run > 0) seconds.push((performance.now() - start) / 1000);
}
process.stdout.write(JSON.stringify({ seconds, samples }));
