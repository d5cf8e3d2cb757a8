/** What NIST does not score: NOSCORE and NON-LEX of a reference. */
import { type RttmChannel } from "#lib/timeline/rttm_contents.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";

/** Options of a score, to be spread into `ScoringOptions`. */
export interface NistNoScore {
  /** NOSCORE. */
  readonly noEval: Timeline;
  /** NON-LEX with the silence around it. */
  readonly noScore: Timeline;
}

/** How far a NON-LEX part reaches into the silence around it, in seconds: md-eval-22's `max_extend`. */
const MAX_EXTEND_SEC = 0.5;

/**
 * What md-eval-22 leaves out of the score of a reference: NOSCORE wholly, mapping included; NON-LEX of laugh, breath,
 * lipsmack, cough, sneeze and other from the score alone, grown over the neighbouring silence by up to 0.5 s, but not past
 * the start or end of a turn or a word.
 *
 * As there, parts are told apart by the turns between them: two without a turn's start or end between are one if 1 s or less
 * apart, and the last part reaches to the end of the recording if no turn starts or ends after it.
 * Source: md-eval-22, `add_exclusion_zones_to_uem`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nistNoScore } from "#lib/metrics/nist_no_score.ts";
 * import { parseRttmContents } from "#lib/timeline/rttm_contents.ts";
 * const text = "SPEAKER talk 1 0 10 <NA> <NA> ann <NA>\nSPEAKER talk 1 10 10 <NA> <NA> bob <NA>\n" +
 *   "NON-LEX talk 1 10.7 1 <NA> laugh ann <NA>\n";
 * const { noScore } = nistNoScore(parseRttmContents(text).get("talk")!.joined);
 * assert.deepEqual([...noScore].map(({ start, end }) => [start, end]), [[10.2, 12.2]]);
 * ```
 */
export function nistNoScore(channel: RttmChannel): NistNoScore {
  const { noScore, nonLexical } = channel;
  return { noEval: grown(noScore, channel, 0), noScore: grown(nonLexical, channel, MAX_EXTEND_SEC) };
}

/** What happens at a time: zones and words open (+1) and close (-1), turns only bound. */
interface Event {
  readonly sec: number;
  readonly kind: "zone" | "word" | "turn";
  readonly change: 1 | -1;
}

function grown(zones: Timeline, { annotation, lexemes }: RttmChannel, extendSec: number): Timeline {
  if (zones.size === 0) return zones;
  const { startSec, endSec } = annotation.columns();
  const events: Event[] = [];
  for (let i = 0; i < startSec.length; i++) {
    events.push({ sec: startSec[i], kind: "turn", change: 1 }, { sec: endSec[i], kind: "turn", change: -1 });
  }
  for (const [timeline, kind] of [[zones, "zone"], [lexemes, "word"]] as const) {
    for (const { start, end } of timeline) {
      events.push({ sec: start, kind, change: 1 }, { sec: end, kind, change: -1 });
    }
  }
  // Ends first among equals.
  events.sort((a, b) => a.sec - b.sec || a.change - b.change);

  const parts: Segment[] = [];
  const open = { zone: 0, word: 0, turn: 0 };
  const ended = { zone: 0, word: 0 };
  let lastBound = 0;
  /** Start of the part that is being left out. */
  let from: number | undefined;
  for (const { sec, kind, change } of events) {
    open[kind] += change;
    if (kind === "turn") lastBound = sec;
    else if (open[kind] === 0) ended[kind] = sec;
    if (from === undefined) {
      if (kind !== "zone" || open.zone === 0) continue;
      from = open.word > 0 ? sec : Math.max(ended.word, lastBound, sec - extendSec);
    } else if (open.zone === 0 && (open.word > 0 || kind === "turn")) {
      parts.push(new Segment(from, Math.min(ended.zone + extendSec, sec)));
      from = undefined;
    } else if (kind === "zone" && change > 0 && open.zone === 1 && sec > ended.zone + 2 * extendSec) {
      parts.push(new Segment(from, ended.zone + extendSec));
      from = sec - extendSec;
    }
  }
  if (from !== undefined) parts.push(new Segment(from, Infinity));
  return new Timeline(parts, { uri: zones.uri });
}
