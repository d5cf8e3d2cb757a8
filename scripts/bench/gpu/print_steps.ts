/** What `bench gpu` prints. */
import { counted } from "#lib/language/counted.ts";
import type { Style } from "../../cli/style.ts";
import { duration, times } from "../table.ts";
import type { GpuResults, StepResult, TargetResult } from "./results.ts";
import { goalText, TARGETS_OF } from "./targets.ts";

/** One line for a step that has ended, and its reason under it. */
export function stepLines({ name, status, seconds, reason, rows }: StepResult, style: Style): string[] {
  const good = status === "ok";
  const word = style(good ? "green" : status === "skipped" ? "dim" : "red", status.padEnd(11));
  const results = rows.length === 0 ? "" : counted(rows.length, "result");
  const time = status === "skipped" ? "-" : duration(seconds);
  const line = `${word} ${name.padEnd(16)} ${time.padStart(8)}  ${results}`.trimEnd();
  return [line, ...(reason === null ? [] : [`            ${reason}`])];
}

/** The targets that were measured, and whether they were reached. */
export function targetLines({ targets }: Pick<GpuResults, "targets">, style: Style): string[] {
  const measured = targets.filter(({ reached }) => reached !== null);
  if (measured.length === 0) return ["None of the targets was measured; the page says what each needs."];
  return [
    style("bold", `targets, meant for an ${TARGETS_OF}`),
    ...measured.map((target) => {
      const word = style(target.reached ? "green" : "red", wordOf(target).padEnd(12));
      return `${word}${target.name}: ${figureOf(target)}`;
    }),
  ];
}

/** "reached", "not reached", "-". */
export function wordOf({ reached }: Pick<TargetResult, "reached">): string {
  return reached === null ? "-" : reached ? "reached" : "not reached";
}

/** "580 us, at most 600 us". */
export function figureOf(target: TargetResult): string {
  const { measured, unit, detail } = target;
  if (measured === null) return `${goalText(target)}; ${detail}`;
  return `${unit === "s" ? duration(measured) : times(measured)}, ${goalText(target)}`;
}
