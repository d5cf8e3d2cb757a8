import type { Audio, AudioBlock } from "#lib/audio/audio.ts";
import { monoBlocks, NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { resampledLength } from "#lib/audio/resampled_length.ts";
import type { Compute } from "#lib/compute/compute.ts";
import type { Hook } from "#lib/pipeline/run_stages.ts";
import { withinRecording } from "#lib/diarization/within_recording.ts";
import { withResolvers } from "#lib/language/with_resolvers.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { ProcessorNeed } from "./feature_processor.ts";
import type { HeardParts, HearingParts } from "./hearing.ts";
import type { ProcessorInput } from "./processor_input.ts";
import { SharedStream, type StreamReader } from "./shared_stream.ts";

/** How a recording is shared out. */
export interface SharedRecordingOptions {
  readonly wavId: string;
  readonly file: string;
  readonly compute: Compute;
  /** What the processors need of the networks. */
  readonly needs: readonly ProcessorNeed[];
  /** Undefined where nothing is needed of them. */
  readonly hearing: HearingParts | undefined;
  readonly signal?: AbortSignal;
  readonly hook?: Hook;
}

/** One recording for all processors that it is given to: decoded once, heard once, clustered once. */
export class SharedRecording {
  readonly #audio: Audio;
  readonly #options: SharedRecordingOptions;
  readonly #blocks = new SharedStream<AudioBlock>();
  readonly #mono = new SharedStream<Float32Array<ArrayBuffer>>();
  readonly #duration = withResolvers<number>();
  readonly #heard: Promise<HeardParts> | undefined;
  readonly #warnings: string[] = [];
  #turns: Promise<Annotation> | undefined;

  constructor(audio: Audio, options: SharedRecordingOptions) {
    this.#audio = audio;
    this.#options = options;
    this.#duration.promise.catch(() => {});
    const { hearing, needs, signal, hook, wavId } = options;
    if (hearing === undefined || needs.length === 0) return;
    const reader = this.#mono.reader();
    const heard = hearing.hear(this.#asMono(reader), { signal, hook, uri: wavId });
    // Networks that have failed hold up nobody.
    heard.catch(() => reader.close());
    this.#heard = heard;
  }

  /** What was told while it was decoded and heard; whole once `run` has ended. */
  get warnings(): readonly string[] {
    return [...this.#audio.warnings, ...this.#warnings];
  }

  /** What one processor gets; `close` when it has ended, so that nobody waits for it. */
  input(needs: readonly ProcessorNeed[]): { readonly input: ProcessorInput; readonly close: () => void } {
    const readers: StreamReader<unknown>[] = [];
    const keep = <Item>(reader: StreamReader<Item>) => {
      readers.push(reader);
      return reader;
    };
    const needed = (need: ProcessorNeed) => {
      if (needs.includes(need)) return;
      throw new TypeError(`A processor that asks for ${need} has to say so: needs: ["${need}"].`);
    };
    const { wavId, file, compute, signal } = this.#options;
    const { sampleRate, channels } = this.#audio;
    const input: ProcessorInput = {
      ...{ wavId, file, compute, signal, sampleRate, channels },
      blocks: () => keep(this.#blocks.reader()),
      mono: () => keep(this.#mono.reader()),
      durationSec: () => this.#duration.promise,
      segmentations: async () => {
        needed("segmentations");
        return (await this.#heard!).segmentations;
      },
      embeddings: async () => {
        needed("embeddings");
        return (await this.#heard!).embeddings!;
      },
      turns: async () => {
        needed("turns");
        return withinRecording(await this.#cluster(), await this.#duration.promise);
      },
    };
    return { input, close: () => readers.forEach((reader) => reader.close()) };
  }

  /** Decodes it, once everybody has asked for samples, and gives its seconds. What decoding throws, all who read throw as well. */
  async run(): Promise<number> {
    let frames = 0;
    const { signal } = this.#options;
    const { sampleRate } = this.#audio;
    const mono = this.#mono.isWanted ? this.#runMono() : undefined;
    mono?.catch(() => {});
    if (mono === undefined) this.#mono.seal();
    const audio = this.#audio;
    const counted = async function* () {
      for await (const block of audio.blocks()) {
        signal?.throwIfAborted();
        frames += block[0].length;
        yield block;
      }
    };
    try {
      await this.#blocks.run(counted());
    } catch (error) {
      this.#duration.reject(error);
      throw error;
    }
    this.#duration.resolve(frames / sampleRate);
    // What fails there fails those who read it.
    await mono?.catch(() => {});
    const heard = await this.#heard?.catch(() => undefined);
    this.#warnings.push(...heard?.warnings ?? []);
    return frames / sampleRate;
  }

  async #runMono(): Promise<void> {
    const reader = this.#blocks.reader();
    const audio: Audio = { ...this.#described(), blocks: () => reader };
    await this.#mono.run(monoBlocks(audio, { warn: (warning) => void this.#warnings.push(warning) }));
  }

  #described(): Audio {
    const { file, sampleRate, channels, frames, format } = this.#audio;
    const nothing = () => Promise.resolve();
    return {
      ...{ file, sampleRate, channels, frames, format, warnings: [] },
      blocks: () => this.#blocks.reader(),
      close: nothing,
      [Symbol.asyncDispose]: nothing,
    };
  }

  /** The recording as the networks hear it. */
  #asMono(reader: StreamReader<Float32Array<ArrayBuffer>>): Audio {
    const described = this.#described();
    const { frames, sampleRate } = described;
    return {
      ...described,
      ...{ channels: 1, sampleRate: NETWORK_SAMPLE_RATE },
      frames: frames && resampledLength(frames, { fromRate: sampleRate, toRate: NETWORK_SAMPLE_RATE }),
      blocks: async function* () {
        for await (const samples of reader) yield [samples];
      },
    };
  }

  #cluster(): Promise<Annotation> {
    const { hearing, wavId, signal, hook } = this.#options;
    this.#turns ??= this.#heard!.then((heard) => hearing!.turns!(heard, { uri: wavId, signal, hook }));
    return this.#turns;
  }
}
