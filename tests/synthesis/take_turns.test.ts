import { describe, expect, test } from "bun:test";
import { type SpokenTurn, takeTurns, type TurnTakingOptions } from "#lib/synthesis/take_turns.ts";

const HOUR = 3600;

/** How many talk in each hundredth of a second. */
function talking(turns: readonly SpokenTurn[], durationSec: number): Uint8Array {
  const grid = new Uint8Array(Math.round(durationSec * 100));
  for (const { startSec, endSec } of turns) {
    for (let tick = Math.round(startSec * 100); tick < Math.round(endSec * 100); tick++) grid[tick]++;
  }
  return grid;
}

describe("takeTurns", () => {
  test.each([[1, 0], [2, 0.1], [2, 0.25], [5, 0.2], [12, 0.05]])(
    "%d speakers with overlap %d: by start, within the recording, at most two at once, none over themselves",
    (speakers, overlap) => {
      const turns = takeTurns({ speakers, overlap, durationSec: HOUR, seed: 11 });
      const starts = turns.map(({ startSec }) => startSec);
      expect(starts).toEqual([...starts].sort((a, b) => a - b));
      for (const { startSec, endSec, speaker } of turns) {
        expect(startSec).toBeGreaterThanOrEqual(0);
        expect(endSec).toBeGreaterThan(startSec);
        expect(endSec).toBeLessThanOrEqual(HOUR);
        expect(speaker).toBeLessThan(speakers);
      }
      const bounds = turns.flatMap(({ startSec, endSec }) => [[startSec, 1], [endSec, -1]])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      let atOnce = 0;
      for (const [, change] of bounds) expect(atOnce += change).toBeLessThanOrEqual(2);
      for (let speaker = 0; speaker < speakers; speaker++) {
        const own = turns.filter((turn) => turn.speaker === speaker);
        expect(own.length).toBeGreaterThan(0);
        own.slice(1).forEach((turn, index) =>
          expect(turn.startSec).toBeGreaterThanOrEqual(own[index].endSec)
        );
      }
    },
  );

  // Measured with seeds 5, 6, 7: off by 0.0011 at most.
  test.each([[0], [0.05], [0.1], [0.2], [0.25]])("an overlap of %d is met within 0.005", (overlap) => {
    const grid = talking(takeTurns({ speakers: 3, overlap, durationSec: HOUR, seed: 5 }), HOUR);
    const speech = grid.filter((count) => count > 0).length;
    expect(Math.abs(grid.filter((count) => count > 1).length / speech - overlap)).toBeLessThan(0.005);
  });

  test("holding the floor always leaves one speaker, never holding it changes speaker every turn", () => {
    const options = { speakers: 4, durationSec: 600, seed: 2, overlap: 0 };
    const held = takeTurns({ ...options, holdProbability: 1 });
    expect(new Set(held.map(({ speaker }) => speaker)).size).toBe(1);
    const passed = takeTurns({ ...options, holdProbability: 0 });
    passed.slice(1).forEach(({ speaker }, index) => expect(speaker).not.toBe(passed[index].speaker));
  });

  test("longer turns are longer", () => {
    const meanOf = (meanTurnSec: number) => {
      const turns = takeTurns({ speakers: 2, durationSec: HOUR, seed: 3, overlap: 0, meanTurnSec });
      return turns.reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0) / turns.length;
    };
    // Three standard errors of some 2000 and 500 turns.
    expect(Math.abs(meanOf(1.5) - 1.5)).toBeLessThan(0.12);
    expect(Math.abs(meanOf(6) - 6)).toBeLessThan(0.9);
  });

  test("another seed talks differently", () => {
    const options = { speakers: 2, durationSec: 60 };
    expect(takeTurns({ ...options, seed: 1 })).toEqual(takeTurns({ ...options, seed: 1 }));
    expect(takeTurns({ ...options, seed: 1 })).not.toEqual(takeTurns({ ...options, seed: 2 }));
  });

  test.each<[string, Partial<TurnTakingOptions>]>([
    ["speakers", { speakers: 0 }],
    ["speakers", { speakers: 1.5 }],
    ["durationSec", { durationSec: 0 }],
    ["durationSec", { durationSec: NaN }],
    ["overlap", { overlap: 0.3 }],
    ["meanTurnSec", { meanTurnSec: 0.1 }],
    ["meanPauseSec", { meanPauseSec: 0 }],
    ["backChannelsPerMinute", { backChannelsPerMinute: -1 }],
    ["holdProbability", { holdProbability: 1.1 }],
    ["returnProbability", { returnProbability: NaN }],
  ])("an impossible %s is refused", (_name, options) => {
    expect(() => takeTurns({ speakers: 2, durationSec: 60, seed: 0, ...options })).toThrow(RangeError);
  });
});
