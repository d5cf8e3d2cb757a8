import { textWidth } from "./font.ts";

/** A text and where the middle of its lower edge would best be, in CSS pixels from the top left. */
export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

const LINE = 14, GAP = 4;

/**
 * Labels moved up until none lies on another: the lowest stays, those that would cover a placed one go above it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { spreadLabels } from "#lib/plots/spread_labels.ts";
 * const labels = [{ text: "ann", x: 50, y: 60 }, { text: "bob", x: 52, y: 62 }, { text: "carol", x: 400, y: 61 }];
 * assert.deepEqual(spreadLabels(labels).map(({ y }) => y), [48, 62, 61]);
 * ```
 */
export function spreadLabels<Label extends PlacedLabel>(labels: readonly Label[]): Label[] {
  const placed: Label[] = [];
  const moved = new Map<Label, Label>();
  for (const label of labels.toSorted((a, b) => b.y - a.y)) {
    const covers = (y: number, other: PlacedLabel) =>
      Math.abs(y - other.y) < LINE &&
      Math.abs(label.x - other.x) < (textWidth(label.text) + textWidth(other.text)) / 2 + GAP;
    let y = label.y;
    for (let under = placed.find((other) => covers(y, other)); under !== undefined;) {
      y = under.y - LINE;
      under = placed.find((other) => covers(y, other));
    }
    const there = { ...label, y };
    placed.push(there);
    moved.set(label, there);
  }
  return labels.map((label) => moved.get(label)!);
}
