import type { NdArray } from "#lib/arrays/nd_array.ts";
import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { counted } from "#lib/plots/format_number.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import type { MimeBundle } from "./displayed.ts";
import { type Row, tableBundle } from "./table.ts";

/**
 * The forms of what stages gave: each stage with its time, and what each artefact is.
 *
 * @param seconds By stage; stages of community-1 that are not named, such as those of a capture, have no time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { runDisplay } from "#lib/notebook/run_display.ts";
 * const artefacts = { ahcLabels: ndArray("i4", [3], Int32Array.of(0, 0, 1)) };
 * assert.match(runDisplay({ artefacts, seconds: { ahc: 0.002 } })["text/plain"], /ahc +2 +ahcLabels +i4 \(3,\)/);
 * ```
 */
export function runDisplay(
  run: { readonly artefacts: Partial<Artefacts>; readonly seconds?: Readonly<Record<string, number>> },
  options: { readonly caption?: string } = {},
): MimeBundle {
  const { artefacts, seconds = {} } = run;
  const left = new Map(Object.entries(artefacts).filter(([, value]) => value !== undefined));
  const take = (names: readonly string[]) =>
    names.flatMap((name): [string, string][] => {
      const value = left.get(name);
      if (value === undefined) return [];
      left.delete(name);
      return [[name, artefactText(value)]];
    });
  const known = COMMUNITY_1.map(({ name, gives }) => ({ name, has: take(gives) }));
  const stages = [
    { name: "given", has: take([...left.keys()]) },
    ...known,
    ...Object.keys(seconds).filter((name) => !known.some((stage) => stage.name === name) && name !== "total")
      .map((name) => ({ name, has: [] as [string, string][] })),
  ];
  const rows = stages.flatMap(({ name, has }): Row[] => {
    const ms = name in seconds ? 1000 * seconds[name] : undefined;
    if (has.length === 0) return ms === undefined ? [] : [{ stage: name, ms, artefact: "", is: "" }];
    return has.map(([artefact, is], i) => ({
      stage: i === 0 ? name : "",
      ms: i === 0 ? ms : undefined,
      artefact,
      is,
    }));
  });
  const columns = ["stage", ...Object.keys(seconds).length > 0 ? ["ms"] : [], "artefact", "is"];
  return tableBundle(rows, { ...options, columns });
}

/** What an artefact is, in a few words. */
function artefactText(value: NonNullable<Artefacts[keyof Artefacts]>): string {
  if (value instanceof Annotation) {
    const written = asWritten(value);
    return `${counted(written.labels().length, "speaker")}, ${
      counted([...written.itertracks()].length, "turn")
    }`;
  }
  if (isArray(value)) {
    return `${value.dtype} (${value.shape.join(", ")}${value.shape.length === 1 ? "," : ""})`;
  }
  return "chunkIndex" in value ? `${(value as TrainingSet).chunkIndex.length} (chunk, slot) pairs` : "";
}

function isArray(value: object): value is NdArray {
  return "dtype" in value && "shape" in value;
}
