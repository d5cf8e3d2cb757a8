/** A corpus in memory, for tests of what is done with samples. */
import type { SpeechLoader } from "#lib/corpus/loaders/speech_loader.ts";
import { SampleError } from "#lib/corpus/loaders/sample_error.ts";
import type { SpeechSample } from "#lib/corpus/transforms/speech_sample.ts";

/** What a {@linkcode madeLoader} does. */
export interface MadeLoaderOptions {
  /** Samples in each shard. */
  readonly sizes: readonly number[];
  /** Samples that cannot be loaded. */
  readonly broken?: readonly number[];
  /** Sees each loading, and may hold it up. */
  readonly onLoad?: (number: number, signal?: AbortSignal) => Promise<void> | void;
}

/** Sample `n` is called `n` and has `n + 1` values, at 8 kHz. */
export function madeLoader({ sizes, broken = [], onLoad }: MadeLoaderOptions): SpeechLoader {
  const length = sizes.reduce((sum, size) => sum + size, 0);
  const loadAt = async (number: number, options: { signal?: AbortSignal } = {}): Promise<SpeechSample> => {
    await onLoad?.(number, options.signal);
    if (broken.includes(number)) {
      throw new SampleError("is damaged", { file: "made.tar", key: String(number) });
    }
    const waveform = [new Float32Array(number + 1)];
    return { id: String(number), wavId: String(number), waveform, sampleRate: 8000, metadata: {} };
  };
  const load = (id: string) => loadAt(Number(id));
  return {
    ...{ length, sizes, load, loadWaveform: load, loadAt },
    availableIds: () => Array.from({ length }, (_, number) => String(number)),
    durationSec: (number) => (number + 1) / 8000,
    loadMetadata: () => Promise.resolve({}),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
