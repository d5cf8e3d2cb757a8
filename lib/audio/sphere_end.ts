import type { AnnouncedEnd, EndSource } from "./announced_end.ts";

/** A header is of 1024 bytes, or of a multiple that it tells. */
const MOST_HEADER = 1 << 16;
/** Fewer bytes behind the samples are padding. */
const LEAST_STRAY = 8;
/** Codings whose bytes tell samples. */
const PLAIN = /^(?:pcm|ulaw|mu-law|alaw|a-law)$/;

/**
 * NIST SPHERE: a header in words that counts the samples of each channel, and the samples of all in turn. ffmpeg reads on to the
 * file's end. (NIST, SPHERE 2.6, header fields)
 *
 * @returns No end where the header tells none, or samples are compressed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { sphereEnd } from "#lib/audio/sphere_end.ts";
 *
 * const fields = "channel_count -i 2\nsample_count -i 10\nsample_n_bytes -i 2\nend_head\n";
 * const bytes = new Uint8Array(1024 + 40);
 * bytes.set(new TextEncoder().encode(`NIST_1A\n   1024\n${fields}`));
 * assert.equal((await sphereEnd(memoryFile(bytes, "a.sph"))).end, 1064);
 * ```
 */
export async function sphereEnd(source: EndSource): Promise<AnnouncedEnd> {
  const start = await source.read(new Uint8Array(Math.min(MOST_HEADER, source.size)), 0);
  const [text] = String.fromCharCode(...start.subarray(0, 4096)).split("end_head", 1);
  const headerBytes = Number(text.split("\n", 2)[1]);
  const field = (name: string) => new RegExp(`^${name}\\s+-\\S+\\s+(\\S+)`, "m").exec(text)?.[1];
  const [channels, samples, sampleBytes] = [
    field("channel_count") ?? "1",
    field("sample_count"),
    field("sample_n_bytes"),
  ].map(Number);
  if (!(headerBytes > 0 && channels > 0 && samples > 0 && sampleBytes > 0)) return {};
  if (!PLAIN.test(field("sample_coding") ?? "pcm")) return {};
  const end = headerBytes + samples * channels * sampleBytes;
  const there = source.size - headerBytes;
  if (channels > 1 && there === samples * sampleBytes) {
    return {
      fault:
        `counts ${samples} samples, and ${samples / channels} of each of ${channels} channels are there: ` +
        "it may count those of all channels",
    };
  }
  const left = source.size - end;
  const fault = left < LEAST_STRAY
    ? undefined
    : `has ${left} bytes behind the ${samples} samples that its header counts, which were read as sound`;
  return { end, mark: "NIST", isReadOn: true, stray: () => Promise.resolve(fault) };
}
