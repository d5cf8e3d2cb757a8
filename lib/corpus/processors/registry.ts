import { closest } from "#lib/pipeline/closest.ts";
import { diarizationProcessor } from "./diarization_processor.ts";
import { embeddingProcessor } from "./embedding_processor.ts";
import { fbankProcessor } from "./fbank_processor.ts";
import type { FeatureProcessor } from "./feature_processor.ts";
import { loudnessProcessor } from "./loudness_processor.ts";
import { overlapProcessor } from "./overlap_processor.ts";
import { snrProcessor } from "./snr_processor.ts";
import { vadProcessor } from "./vad_processor.ts";

/** Those that come with dialab, by name; they are made when they are asked for. */
const OWN: Readonly<Record<string, () => FeatureProcessor>> = {
  vad: vadProcessor,
  overlap: overlapProcessor,
  snr: snrProcessor,
  loudness: loudnessProcessor,
  fbank: fbankProcessor,
  embedding: embeddingProcessor,
  diarization: diarizationProcessor,
};

const registered = new Map<string, FeatureProcessor>();

/**
 * Makes a processor known by its name, to `dialab process --import` and to `processorNamed`. One of the same name that was registered
 * before gives way.
 *
 * @throws {RangeError} when dialab has one of that name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { defineProcessor } from "#lib/corpus/processors/feature_processor.ts";
 * import { processorNamed, registerProcessor } from "#lib/corpus/processors/registry.ts";
 * const process = () => Promise.resolve({ scalars: { answer: 42 } });
 * registerProcessor(defineProcessor({ name: "answer", title: "the answer", columns: { answer: "int" }, process }));
 * assert.equal(processorNamed("answer").title, "the answer");
 * assert.throws(() => processorNamed("anwser"), /There is no processor "anwser"; did you mean "answer"\?/);
 * ```
 */
export function registerProcessor(processor: FeatureProcessor): void {
  const { name } = processor;
  if (Object.hasOwn(OWN, name)) {
    throw new RangeError(`dialab has a processor "${name}"; give yours another name.`);
  }
  registered.set(name, processor);
}

/**
 * Names of all processors, dialab's first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processorNames } from "#lib/corpus/processors/registry.ts";
 * assert.deepEqual(processorNames().slice(0, 4), ["vad", "overlap", "snr", "loudness"]);
 * ```
 */
export function processorNames(): string[] {
  return [...Object.keys(OWN), ...registered.keys()];
}

/**
 * A processor by its name.
 *
 * @throws {RangeError} when there is none; the message has the nearest name and all there are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { processorNamed } from "#lib/corpus/processors/registry.ts";
 * assert.equal(processorNamed("vad").name, "vad");
 * assert.throws(() => processorNamed("loudnes"), /did you mean "loudness"\?/);
 * ```
 */
export function processorNamed(name: string): FeatureProcessor {
  if (Object.hasOwn(OWN, name)) return OWN[name]();
  const found = registered.get(name);
  if (found !== undefined) return found;
  const names = processorNames(), meant = closest(name, names);
  const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
  throw new RangeError(
    `There is no processor "${name}"${hint}${hint === "" ? "; there" : " There"} are ${names.join(", ")}.`,
  );
}
