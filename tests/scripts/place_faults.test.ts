/** Recordings of one call whose results would take each other's place. */
import { expect, test } from "bun:test";
import type { OutputRequest } from "#scripts/diarize/outputs.ts";
import { placeFaults } from "#scripts/diarize/place_faults.ts";
import { resultsIn } from "./made_results.ts";

const plain = resultsIn(() => "out").request();
const recordings = (...names: string[]) => names.map((uri) => ({ uri, file: `in/${uri}.wav` }));

test("namesakes: the first has its place", () => {
  expect(placeFaults(recordings("a", "b", "a"), plain)).toEqual([
    undefined,
    undefined,
    "in/a.wav is called as in/a.wav is, and their results would be one; rename it, or give it another --out",
  ]);
});

test.each<[string, Partial<OutputRequest>, string[], string]>([
  [
    "turns without overlap",
    { exclusive: true },
    ["a.exclusive", "a"],
    "in/a.wav would have a.exclusive.rttm, which",
  ],
  [
    "the other way round",
    { exclusive: true },
    ["a", "a.exclusive"],
    "in/a.exclusive.wav would have a.exclusive.rttm",
  ],
  [
    "what a result depends on",
    { provenance: true },
    ["a.provenance", "a"],
    "in/a.wav would have a.provenance.json",
  ],
])("%s may be another's result", (_, change, names, fault) => {
  expect(placeFaults(recordings(...names), plain)).toEqual([undefined, undefined]);
  const [first, second] = placeFaults(recordings(...names), { ...plain, ...change });
  expect(first).toBeUndefined();
  expect(second?.slice(0, fault.length)).toBe(fault);
});

test("what is called as a folder is has no place, and takes none", () => {
  const [one, two, other] = placeFaults(recordings(".", "..", "..."), { ...plain, dump: ["all"] });
  expect(one).toMatch(/^in\/\.\.wav is called "\." without its ending/);
  expect(two).toMatch(/^in\/\.\.\.wav is called "\.\."/);
  expect(other).toBeUndefined();
});
