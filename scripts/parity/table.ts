/** Parity reports as a table of 80 columns, or of 60. */
import { counted } from "#lib/language/counted.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { groupBy } from "#lib/language/group_by.ts";
import { ERROR_COLUMNS, exactness, shortError } from "#lib/parity/parity_columns.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import type { Style } from "../cli/style.ts";

const NAME = 18;

/** What each of the wide table's columns takes; on a narrow terminal, which of them are left out. */
const WIDE = { name: NAME, widths: [6, 4, 7, ...ERROR_COLUMNS.map(() => 6), 6, 8, 6] };
const NARROW = { name: NAME - 1, without: ["turns", "spk", "ms"] };

/** Columns of a terminal from which on the wide table fits. */
const WIDE_FROM = WIDE.name + WIDE.widths.reduce((sum, width) => sum + width);

function shortened(name: string, width = NAME): string {
  return name.length <= width ? name : `${name.slice(0, 8)}…${name.slice(name.length - width + 9)}`;
}

/**
 * The lines of the table. Where 79 columns are not to be had, it goes without turns, speakers and times, within 60, and says so.
 *
 * @param columns Of the terminal.
 */
export function parityTable(captures: readonly CaptureReport[], style: Style, columns = 80): string[] {
  const isNarrow = columns < WIDE_FROM;
  const titles = ["turns", "spk", "exact", ...ERROR_COLUMNS.map(({ title }) => title), "RTTM", "DER", "ms"];
  const widths = titles.map((title, i) =>
    isNarrow && ["RTTM", "DER"].includes(title) ? WIDE.widths[i] - 1 : WIDE.widths[i]
  );
  const row = (name: string, cells: readonly string[]) => {
    const width = isNarrow ? NARROW.name : WIDE.name;
    const shown = cells.map((cell, i) => cell.padStart(widths[i])).filter((_, i) =>
      !isNarrow || !NARROW.without.includes(titles[i])
    );
    return shortened(name, width).padEnd(width) + shown.join("");
  };
  const head = row("capture", titles);
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
    const cells = row(name, [
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
  if (isNarrow) lines.push("", style("dim", `Turns, speakers and ms from ${WIDE_FROM} columns on.`));
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
