/** The Big Join in a process of its own: four stages, inner, filtered, into Parquet. */
import { join } from "node:path";
import process from "node:process";
import { filterConditions } from "#lib/corpus/filters/filter_conditions.ts";
import { ManifestJoiner } from "#lib/corpus/manifests/manifest_joiner.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { STAGES } from "./made_stages.ts";
import type { JoinRequest } from "./measure_join.ts";

const { folder, out, filters }: JoinRequest = JSON.parse(process.argv[2]);
const start = performance.now();
const manifests = await Promise.all(
  STAGES.map((source) => MetadataManifest.fromParquet(join(folder, `${source}.parquet`), { source })),
);
await using joined = await new ManifestJoiner(manifests).join({ how: "inner" });
await joined.filter(filterConditions(filters).map(({ condition }) => condition)).toParquet(out);
process.stdout.write(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
