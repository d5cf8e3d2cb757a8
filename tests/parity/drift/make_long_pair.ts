/**
 * Makes two runs of a made-up recording of four hours, for measuring `drift`: 14 400 chunks, D = 256, some 17 000 training embeddings.
 * B's embeddings are A's with noise of 1e-6, as another provider would give them.
 *
 *     bun run tests/parity/drift/make_long_pair.ts DIR [HOURS]
 *     /usr/bin/time -v bun run scripts/drift.ts DIR/captures/a DIR/captures/b
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { pldaModel } from "#lib/clustering/plda_model.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { writeCapture } from "#lib/diarization/write_capture.ts";
import { disturbArtefact } from "#lib/parity/drift/disturb_artefact.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { synthesizeConversation } from "#lib/synthesis/synthesize_conversation.ts";

const [folder, hours = "4"] = process.argv.slice(2);
if (folder === undefined) throw new Error("Say where to: make_long_pair.ts DIR [HOURS]");
const durationSec = 3600 * Number(hours) + 9;
const made = synthesizeConversation({ speakers: 6, durationSec, overlap: 0.1, seed: 4, dimension: 256 });
const { segmentations, embeddings } = made;
const noisy = disturbArtefact("embeddings", { embeddings }, { seed: 1 })!.at(1e-6).embeddings!;
await using compute = await openCompute({ backend: "wasm" });
for (const [name, own] of [["a", embeddings], ["b", noisy]] as const) {
  const given = { segmentations, embeddings: own };
  const settings = { models: { plda: pldaModel(made.plda) }, compute, uri: "four_hours" };
  const { artefacts, seconds } = await runStages(COMMUNITY_1, given, settings);
  await mkdir(join(folder, "captures"), { recursive: true });
  await writeCapture(join(folder, "captures", name), artefacts, { run: { options: parseOptions() } });
  const { training, q } = artefacts;
  const sizes = `${segmentations.shape[0]} chunks, ${training!.chunkIndex.length} training embeddings, q (${
    q!.shape
  })`;
  process.stdout.write(`${name}: ${sizes}, ${JSON.stringify(seconds)}\n`);
}
