import type { PlacedLine } from "./arrange.ts";

/**
 * What each speaker says while nobody else does, cut from a recording at 16 kHz.
 *
 * @param options.shortest Samples that a stretch must have.
 */
export function singleTurns(
  recording: Float32Array,
  turns: readonly PlacedLine[],
  { shortest }: { readonly shortest: number },
): Map<string, Float32Array[]> {
  const voices = new Map<string, Float32Array[]>();
  for (const turn of turns) {
    const alone = turns.every((other) =>
      other === turn || other.end <= turn.start || other.start >= turn.end
    );
    if (!alone || turn.end - turn.start < shortest) continue;
    const stretches = voices.get(turn.speaker) ?? [];
    stretches.push(recording.subarray(turn.start, turn.end));
    voices.set(turn.speaker, stretches);
  }
  return voices;
}
