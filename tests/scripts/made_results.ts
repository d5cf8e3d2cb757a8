/** Results as if diarized: what they hold is a word. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseOptions } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { type OutputRequest, outputsOf } from "#scripts/diarize/outputs.ts";
import { putResults } from "#scripts/diarize/put_results.ts";
import { resumeVerdict } from "#scripts/diarize/results.ts";

/** A sum of one digit. */
export const sum = (digit: string) => digit.repeat(64);
/** Weights of such a sum. */
export const weights = (digit: string) => ({ model: "m", file: "m.onnx", sha256: sum(digit) });
/** What made the results. */
export const run: RunProvenance = {
  version: 1,
  clustering: "vbx",
  options: parseOptions({ hints: { numSpeakers: 2 } }),
  preset: "hybrid",
  channel: null,
  weights: { segmentation: weights("1"), embedding: weights("2"), plda: [weights("3"), weights("4")] },
  networks: { segmentation: "cpu", embedding: "cpu" },
  compute: { backend: "wasm", precision: "f64" },
  made: { dialab: "0.1.0", runtime: "bun 1", platform: "linux x64" },
  audio: { file: "talk.wav", bytes: 9, sha256: sum("5") },
};
/** What `--resume` says of results that were made with other settings. */
export const again = (...parts: string[]) => ({
  because: `settings differ: ${parts.join(", ")}`,
});

/** Puts results of a recording "talk" into a folder, and looks at them. */
export function resultsIn(out: () => string) {
  const request = (change: Partial<OutputRequest> = {}): OutputRequest => ({
    ...{
      out: out(),
      formats: ["rttm", "json"],
      exclusive: false,
      html: false,
      embeddings: false,
      provenance: false,
      dump: undefined,
    },
    ...change,
  });

  /** Puts results as if diarized, each holding a word. */
  const put = (word: string, change: Partial<OutputRequest> = {}, made = run, warnings: string[] = []) =>
    putResults("talk", request(change), { run: made, warnings }, (staged) => {
      for (const { name, isFolder } of outputsOf("talk", staged)) {
        const path = join(staged.out, name);
        mkdirSync(isFolder ? path : join(path, ".."), { recursive: true });
        writeFileSync(isFolder ? join(path, "reference.rttm") : path, word);
      }
      return Promise.resolve();
    });
  const verdict = (change: Partial<OutputRequest> = {}, wanted = run) =>
    resumeVerdict("talk", request(change), () => Promise.resolve(wanted));
  const visible = () => readdirSync(out()).filter((name) => name !== ".dialab").sort();
  return { request, put, verdict, visible };
}
