/** A voice of flite's, and how it is changed into somebody else's. */
export interface CastMember {
  readonly voice: string;
  /** Sample rate that the voice is taken to have, in Hz; it has 16000. More makes a smaller and younger speaker of it, in the same time. */
  readonly takenAs: number;
  /** RMS of the speech, of full scale. */
  readonly level: number;
}

/** One thing said: by whom, what, and how many seconds after the end of what came before it, from and to; negative where they overlap. */
export type Line = readonly [speaker: string, text: string, gapSec: readonly [from: number, to: number]];

/**
 * Who takes part: a man, a woman with a high voice and one with a low one. Of the voices at hand these three are told apart by the
 * segmentation and by the embedding of preset `own`; fixtures/README.md says how they were found.
 */
export const CAST: Readonly<Record<string, CastMember>> = {
  anna: { voice: "slt", takenAs: 14080, level: 0.024 },
  ben: { voice: "rms", takenAs: 14080, level: 0.022 },
  clara: { voice: "slt", takenAs: 19520, level: 0.02 },
};

const QUICK = [0.1, 0.4] as const, PAUSE = [0.7, 1.4] as const, LONG = [2, 3] as const;
const OVER = [-0.9, -0.5] as const, INSIDE = [-2.2, -1.8] as const;

/** What they say, in its order. */
export const LINES: readonly Line[] = [
  ["anna", "Good morning. Shall we talk about the repair day on Saturday?", [0.5, 0.8]],
  ["ben", "Yes, please. I have the list of people who offered to help.", QUICK],
  ["clara", "Before we do that, who has the key to the hall?", OVER],
  ["ben", "I have it here.", QUICK],
  [
    "anna",
    "Last time forty people came, and they brought eleven lamps, nine toasters and one very old radio.",
    PAUSE,
  ],
  ["clara", "The radio was mine, and it still does not play.", OVER],
  ["ben", "It plays very well as long as nobody touches it.", QUICK],
  ["anna", "So how many tables do we need this time?", PAUSE],
  ["clara", "Six would be enough for the tools, and two more for the sewing machines.", QUICK],
  ["ben", "Right.", INSIDE],
  ["ben", "And one table near the door, where visitors write down what is broken.", [1.9, 2.2]],
  ["anna", "That is a good plan. Could you print the forms?", QUICK],
  ["ben", "I can print them tomorrow, but somebody has to bring pens.", QUICK],
  ["clara", "I will bring pens, and a pot of soup for everybody who stays for lunch.", OVER],
  ["anna", "Wonderful. The bakery promised to give us bread.", PAUSE],
  [
    "clara",
    "What do we do with the children? Two of them took a clock apart, and nobody could put it together again.",
    LONG,
  ],
  ["anna", "Then let us give them a clock that is broken already.", QUICK],
  ["clara", "Or my radio.", OVER],
  ["ben", "We should finish at four, because the choir needs the hall at five.", PAUSE],
  ["anna", "Fine, we open at ten and close at four. Thank you both, and see you on Saturday.", QUICK],
  ["clara", "See you on Saturday.", OVER],
  ["ben", "Goodbye.", [-0.7, -0.5]],
];
