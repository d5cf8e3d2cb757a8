import { expect, test } from "bun:test";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { soundFacts } from "#lib/corpus/shards/sound_facts.ts";

const wav = encodeWav([new Float32Array(80), new Float32Array(80)], { sampleRate: 8000, format: "s16" });
const facts = (sampleCount: number) => ({ sampleCount, sampleRate: 8000 });

test("a WAV is as long as its header says, and no longer than what is there of it", async () => {
  expect(await soundFacts(wav)).toEqual(facts(80));
  // Whole samples of two channels of 16 bits.
  expect(await soundFacts(wav.subarray(0, wav.length - 9))).toEqual(facts(77));
  const chunk = new TextEncoder().encode("LIST\x04\0\0\0INFO");
  expect(await soundFacts(Uint8Array.of(...wav, ...chunk))).toEqual(facts(80));
});

test("what is no sound has no facts", async () => {
  expect(await soundFacts(new Uint8Array(0))).toBe(undefined);
  expect(await soundFacts(new TextEncoder().encode("fLaC"))).toBe(undefined);
  expect(await soundFacts(wav.subarray(0, 20))).toBe(undefined);
});
