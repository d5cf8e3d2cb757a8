/** Plain things of the library by the fields that tell them, the most particular first, and what each is called. */
const NOUNS: readonly (readonly [fields: readonly string[], what: string])[] = [
  [["sound", "damaged", "absent"], "a manifest held against its files"],
  [["artifacts"], "a capture's manifest"],
  [["root", "shards", "samples"], "an index of shards"],
  [["sound", "shards"], "shards, looked at"],
  [["index", "failures", "overlong"], "what was packed into shards"],
  [["name", "succeeded", "failed", "columns"], "what a stage has"],
  [["rows", "totalSec", "labels"], "what a stage's segments come to"],
  [["nulls", "nans", "distinct", "common"], "what a column holds"],
  [["seed", "epoch", "shuffle", "length"], "in which order an epoch gives its samples"],
  [["waveforms", "attentionMask", "ids"], "a batch of speech"],
  [["id", "waveform", "sampleRate", "metadata"], "a sample of speech, on its way into a batch"],
  [["values", "mask"], "a number of each sample of a batch, where it has one"],
  [["rows", "strategy", "seed", "strata"], "rows that were drawn by groups"],
  [["strategy", "seed"], "a sampler of rows by groups"],
  [["stratum", "rows"], "rows that are alike"],
  [["number", "position", "paddedSec", "samples"], "a batch of samples of like lengths, by their numbers"],
  [["number", "position", "roundEnd", "samples"], "a batch of an epoch, by the numbers of its samples"],
  [["clips", "overlong"], "how a recording is cut"],
  [["name", "segmentation", "embedding", "clustering"], "a preset"],
  [["name", "title", "stages", "parse"], "a clustering: a back end by name"],
  [["key", "type", "nullable", "range", "description"], "an option of a run"],
  [["name", "kind", "contract", "sha256"], "a network: its card and contract"],
  [["path", "card", "verified"], "a network's weights on this machine"],
  [["backend", "precision", "why"], "where kernels run"],
  [["dimension", "ldaDimension", "psi"], "a PLDA model"],
  [["folder", "model"], "a PLDA model that was found"],
  [["name", "folder"], "a capture that was found"],
  [["postXvec", "postPlda"], "embeddings through PLDA"],
  [["chunkIndex", "speakerIndex"], "the (chunk, slot) pairs that are clustered"],
  [["tree", "labels"], "an agglomerative clustering"],
  [["labels", "inertia", "iterations"], "a KMeans clustering"],
  [["slotSpeakers", "truth", "plda"], "a conversation that never took place"],
  [["segmentations", "slotSpeakers"], "chunks of a conversation that never took place"],
  [["segmentations", "embeddings", "durationSec"], "what the networks heard"],
  [["scores", "segmentations"], "what the segmentation network said of a chunk"],
  [["identical", "referenceTurns", "der"], "an RTTM held against its reference"],
  [["identical", "errors", "errorCount", "der"], "how the turns of two runs differ"],
  [["stage", "quantity", "tolerance", "ok", "mode"], "a quantity of a stage, held against pyannote's"],
  [["quantity", "stage", "percentiles", "differing"], "a quantity of two runs, compared"],
  [["maxAbs", "meanAbs", "worst", "ulps"], "two arrays, compared"],
  [["kind", "question", "nearest", "ties"], "how near decisions of one kind were"],
  [["dialab", "runtime", "platform", "cpu"], "the machine"],
  [["requests", "parts", "held", "workers"], "how the networks were kept busy"],
  [["provider", "workers", "budget", "atOnce"], "how a network was run"],
  [["outcome", "differences", "missing"], "whether this installation would repeat a run"],
  [["wavId", "stages", "filters", "kept"], "why a recording is kept, or is not"],
  [["manifest", "joined", "stages", "conditions"], "a manifest that was built"],
  [["wavId", "meta"], "what a stage has of a recording"],
  [["stage", "state"], "how a stage stands with a recording"],
  [["vad_threshold", "vtc_threshold", "max_clip_s"], "how the output of a corpus was made"],
  [["min_duration_s", "min_snr_db", "required_labels"], "which recordings are wanted"],
  [["dataset_dir", "pipeline", "filters"], "a data set: where, how it was made, what is wanted"],
  [["batch_size", "shuffle_buffer", "audio_key"], "how batches were to be made"],
  [["file", "kind", "config", "warnings"], "a configuration that was read"],
  [["startSec", "durationSec", "stepSec"], "a sliding window"],
  [["rows", "columns", "seconds"], "how long each speaker of one side meets each of the other"],
  [["reference", "hypothesis", "shared"], "seconds of speakers, alone and together"],
  [["turns", "rate"], "where two annotations differ"],
  [["x", "y", "explained"], "embeddings in a plane"],
  [["title", "verdict", "summary", "sections"], "a report; reportPage makes a page of it"],
  [["channels", "joined"], "a recording of an RTTM, by channel"],
  [["durationSec", "peaks"], "a recording's sound for a page"],
  [["snrDb", "speechDbfs", "noiseDbfs"], "how much louder speech is than noise"],
  [["integratedLufs", "rangeLu", "truePeakDbtp"], "how loud a recording is"],
  [["dtype", "shape", "byteLength"], "an array in a file"],
];

/**
 * What a plain thing of the library is called; undefined for any other. Where two fields or fewer tell it, it must have hardly
 * any besides: others have a name and a folder too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nounOf } from "#lib/notebook/nouns.ts";
 * assert.equal(nounOf({ startSec: 0, durationSec: 10, stepSec: 1 }), "a sliding window");
 * assert.equal(nounOf({ name: "my house", folder: "/home", rooms: 4, garden: true }), undefined);
 * ```
 */
export function nounOf(value: object): string | undefined {
  const count = Object.keys(value).length;
  return NOUNS.find(([fields]) =>
    (fields.length > 2 || count <= fields.length + 1) && fields.every((name) => Object.hasOwn(value, name))
  )?.[1];
}
