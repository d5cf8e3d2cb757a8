/** Parity reports as a table of 80 columns. */
import { counted } from "#lib/language/counted.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { groupBy } from "#lib/language/group_by.ts";
import { ERROR_COLUMNS, exactness, shortError } from "#lib/parity/parity_columns.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import type { Style } from "../cli/style.ts";

const NAME = 18;

function row(cells: readonly string[]): string {
  const [name, turns, speakers, exact, ...rest] = cells;
  const [der, ms] = rest.slice(-2);
  const errors = rest.slice(0, -3).map((cell) => cell.padStart(6)).join("");
  return name.padEnd(NAME) + turns.padStart(6) + speakers.padStart(4) + exact.padStart(7) + errors +
    rest.at(-3)!.padStart(6) + der.padStart(8) + ms.padStart(6);
}

function shortened(name: string): string {
  return name.length <= NAME ? name : `${name.slice(0, 8)}…${name.slice(name.length - NAME + 9)}`;
}

/** The lines of the table. */
export function parityTable(captures: readonly CaptureReport[], style: Style): string[] {
  const titles = [
    "capture",
    "turns",
    "spk",
    "exact",
    ...ERROR_COLUMNS.map(({ title }) => title),
    "RTTM",
    "DER",
    "ms",
  ];
  const head = row(titles);
  const lines = [style("bold", head), style("dim", "─".repeat(head.length))];
  const several = captures.some(({ backend, adapter }) =>
    backend !== captures[0].backend || adapter !== undefined
  );
  let before: string | undefined;
  for (const capture of captures) {
    const { backend, precision, adapter } = capture;
    if (several && backend !== before) {
      if (before !== undefined) lines.push("");
      lines.push(style("dim", `${backend}, ${precision}${adapter ? `, ${adapter}` : ""}`));
    }
    before = backend;
    const { name, stages, notCompared, rttm, isolatedRttm, seconds, ok } = capture;
    const cells = row([
      shortened(name),
      `${rttm.turns}`,
      `${rttm.speakers}`,
      exactness(stages, notCompared),
      ...ERROR_COLUMNS.map(({ holds }) => shortError(stages.filter(holds))),
      rttm.identical && isolatedRttm.identical ? "same" : "DIFF",
      formatFixed(rttm.der, 4),
      (1000 * seconds.total).toFixed(0),
    ]);
    lines.push(ok ? cells : style("red", cells));
  }
  return lines;
}

/** What failed, in words; nothing when nothing did. */
export function failures(captures: readonly CaptureReport[]): string[] {
  return captures.filter(({ ok }) => !ok).flatMap(({ name, backend, stages, rttm, isolatedRttm, hints }) => [
    `${name} (${backend})`,
    ...stages.filter(({ ok }) => !ok).map(({ mode, stage, fault }) => `  ${mode} ${stage}: ${fault}`),
    ...[["chained", rttm], ["isolated", isolatedRttm]].flatMap(([mode, report]) => {
      if (typeof report === "string" || typeof mode !== "string" || !report.firstDifference) return [];
      const { line, actual, expected } = report.firstDifference;
      return [
        `  ${mode} RTTM, line ${line}: ${actual}`,
        `  ${" ".repeat(mode.length)} expected      : ${expected}`,
      ];
    }),
    ...(hints ?? []).filter(({ ok }) => !ok).map((hint) => `  hint ${hint.hint}: ${JSON.stringify(hint)}`),
  ]);
}

/** One line per capture on its hints, all backends together. */
export function hintTable(captures: readonly CaptureReport[]): string[] {
  const asked = groupBy(
    captures.flatMap(({ name, hints = [] }) => hints.map((hint) => ({ name, ...hint }))),
    ({ name }) => name,
  );
  if (asked.size === 0) return [];
  const line = (name: string, cells: readonly string[]) =>
    name.padEnd(NAME) + cells.map((cell) => cell.padStart(12)).join("");
  const share = (flags: readonly (boolean | undefined)[]) => {
    const known = flags.filter((flag) => flag !== undefined);
    return `${known.filter(Boolean).length} of ${known.length}`;
  };
  return [
    line("hints", ["full", "exclusive", "kmeans"]),
    ...[...asked].map(([name, hints]) =>
      line(shortened(name), [
        share(hints.map(({ identical }) => identical)),
        share(hints.map(({ exclusiveIdentical }) => exclusiveIdentical)),
        share(hints.map(({ kmeansLabelsEqual }) => kmeansLabelsEqual)),
      ])
    ),
  ];
}

/** All in one line: how many are as they should be. */
export function parityVerdict(captures: readonly CaptureReport[], faulty = 0): string {
  const good = captures.filter(({ ok }) => ok).length, all = captures.length + faulty;
  const backend = [...new Set(captures.map((capture) => capture.backend))].join(", ");
  const of = `${good} of ${counted(all, "capture")}`;
  const whole = captures.every(({ notCompared }) => notCompared.length === 0);
  return good === all
    ? `parity: ${of} identical, ${whole ? "every stage" : "all compared"} within tolerance (${backend})`
    : `no parity: ${of} as they should be (${backend})`;
}
