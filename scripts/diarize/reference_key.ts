/** What tells a result from another of its name and run: for a page the reference and the rules of scoring, for a capture its stages. */
import type { ScoreSettings } from "../score/score_recordings.ts";

/** What a page is scored against, and how. */
type Against = Omit<ScoreSettings, "hypothesis"> & {
  /** A sum of what stands in the files: the same path may lead to another, or its file may have changed. */
  readonly content?: string;
};

const BEGINS = "against ";

/** The options by which each of them is set; others go by their own names. */
const OPTION: Readonly<Record<string, string>> = {
  reference: "--reference",
  uem: "--uem",
  content: "what --reference and --uem say:",
  collarSec: "--collar",
  skipOverlap: "--skip-overlap",
};

/** A page with another of it is another page. */
export function referenceKey({ reference, uem = "", ...rules }: Against): string {
  return `${BEGINS}${JSON.stringify([reference, uem, rules])}`;
}

/** In what two of them differ, in words, as `--collar 0 → 0.5`; what is not there is none. */
export function detailsDiffer(before: string, now: string): string {
  const [a, b] = [partsOf(before), partsOf(now)];
  if (a === undefined || b === undefined) return `stages ${before || "none"} → ${now || "none"}`;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) =>
      a[name] !== b[name] && (a.reference !== undefined && b.reference !== undefined || name === "reference")
    )
    .map((name) => `${OPTION[name] ?? name} ${a[name] ?? "none"} → ${b[name] ?? "none"}`).join(", ");
}

/** Undefined where it is a capture's. */
function partsOf(detail: string): Record<string, string> | undefined {
  if (detail === "") return {};
  if (!detail.startsWith(BEGINS)) return undefined;
  const [reference, uem, { hypothesis: _, ...rules }] = JSON.parse(detail.slice(BEGINS.length));
  const named = Object.entries<unknown>({ reference, ...(uem !== "" && { uem }), ...rules });
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}
