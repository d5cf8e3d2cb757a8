/**
 * Damaged recordings are read or refused with an AudioFileError: none hangs, takes the memory or fails otherwise, and
 * none loses samples without a word. `scripts/fuzz.ts` tries more.
 */
import { describe, expect, test } from "bun:test";
import { AUDIO_TARGETS } from "../../scripts/fuzz/audio_target.ts";
import { type FuzzOutcome, fuzzTarget } from "../../scripts/fuzz/fuzz_target.ts";

/** The same files in both runtimes; Deno, whose decoders are the same, tries the first of them: as many as have some that are refused. */
const MUTATIONS = "Deno" in globalThis ? 100 : 200;

describe("every damaged file ends well, and tells what it lost", () => {
  test.each(Object.keys(AUDIO_TARGETS))(
    "%s",
    async (name) => {
      const all: FuzzOutcome[] = [];
      const target = await AUDIO_TARGETS[name]();
      for await (const outcome of fuzzTarget(target, { seed: 5, end: MUTATIONS, limitMs: 10_000 })) {
        all.push(outcome);
      }
      expect(all.filter(({ result }) => result === "failed")).toEqual([]);
      for (const result of ["read", "refused"]) {
        expect(all.some((outcome) => outcome.result === result)).toBe(true);
      }
    },
    120_000,
  );
});
