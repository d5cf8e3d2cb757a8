/** From a list or an index of many recordings to the first batch, in a process of its own. */
import process from "node:process";
import { openRawFiles } from "#lib/corpus/loaders/raw_file_loader.ts";
import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import type { FirstBatchRequest } from "./measure_first_batch.ts";

const { list, shards, table }: FirstBatchRequest = JSON.parse(process.argv[2]);
const start = performance.now();
const since = () => (performance.now() - start) / 1000;
const manifest = table === undefined ? undefined : await MetadataManifest.fromParquet(table);
const wavIds = manifest?.filter([{ column: "duration", kind: "atLeast", value: 0.5 }]);
await using loader = shards === undefined
  ? await openRawFiles(list!, { wavIds })
  : await openWebDataset(shards, { wavIds });
await manifest?.close();
const openSeconds = since();
let samples = 0;
for await (const { batch } of speechBatches(loader, { seed: 1, batchSize: 16 })) {
  samples = batch.ids.length;
  break;
}
process.stdout.write(JSON.stringify({ openSeconds, seconds: since(), samples, length: loader.length }));
