import { arrange, type Arrangement } from "./arrange.ts";
import { LINES } from "./repair_day.ts";
import { wordsOf } from "./speak.ts";

/** How long a line is, and where its words are, in samples. */
export interface LineLengths {
  readonly samples: number;
  readonly words: readonly (readonly [start: number, end: number])[];
}

/** Noise of the recording and the seed that it is drawn with. */
export const LEVELS = { noise: 3e-5, seed: 101 } as const;

const RATE = 16000;
const SEED = 1;

/**
 * What is known of the conversation once its lines are spoken: where each goes, who speaks when as RTTM, and the words as SegLST, one
 * entry a word. Times are those of the samples, to the millisecond in RTTM and to the sample in SegLST.
 */
export function arrangedFiles(
  lengths: readonly LineLengths[],
  { name }: { readonly name: string },
): { readonly arrangement: Arrangement; readonly rttm: string; readonly words: string } {
  const arrangement = arrange(LINES, {
    lengths: lengths.map(({ samples }) => samples),
    seed: SEED,
    sampleRate: RATE,
  });
  const inOrder = arrangement.placed.map((line, i) => ({ ...line, i })).sort((a, b) => a.start - b.start);
  const rttm = inOrder.map(({ speaker, start, end }) => {
    const [from, to] = [start, end].map((at) => Math.round(at * 1000 / RATE));
    const times = [from, to - from].map((ms) => (ms / 1000).toFixed(3)).join(" ");
    return `SPEAKER ${name} 1 ${times} <NA> <NA> ${speaker} <NA> <NA>\n`;
  }).join("");
  const entries = inOrder.flatMap(({ speaker, start, i }) =>
    wordsOf(LINES[i][1]).map((words, w) => {
      const [from, to] = lengths[i].words[w];
      return {
        session_id: name,
        speaker,
        start_time: (start + from) / RATE,
        end_time: (start + to) / RATE,
        words,
      };
    })
  );
  return {
    arrangement,
    rttm,
    words: `[\n${entries.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n")}\n]\n`,
  };
}
