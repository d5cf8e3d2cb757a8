import { describe, expect, test } from "bun:test";
import { contrast } from "#lib/plots/colours.ts";
import { laneGroups } from "#lib/plots/lane_rows.ts";
import { pairedColours } from "#lib/plots/paired_colours.ts";
import { paletteOf, speakerColours, type Theme } from "#lib/plots/palette.ts";
import { lightness, seenDistance, sights } from "./seen_colours.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

const THEMES: readonly Theme[] = ["light", "dark"];

describe.each(THEMES.map((theme) => [theme]))("the %s palette", (theme) => {
  const palette = paletteOf(theme);
  const { background, panel, categories } = palette;

  // WCAG 2.2: 4.5 for text, 3 for what must be seen.
  test("has text that can be read on the background and on panels", () => {
    for (const colour of [palette.text, palette.muted, palette.error]) {
      expect(contrast(colour, background)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour, panel)).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("has marks that stand out from the background", () => {
    for (const colour of [...categories, palette.error, palette.accent]) {
      expect(contrast(colour, background)).toBeGreaterThanOrEqual(3);
    }
  });

  // Measured: 11.8 (light) and 12.4 (dark); Okabe and Ito's eight as published have 7.6.
  test.each(sights.map((sight) => [sight]))("has categories that differ to %s", (sight) => {
    const distances = categories.flatMap((a, i) =>
      categories.slice(i + 1).map((b) => ({ a, b, distance: seenDistance(a, b, sight) }))
    );
    expect(distances.filter(({ distance }) => distance < 11)).toEqual([]);
  });

  test("has a sequential scale whose lightness runs one way", () => {
    const steps = Array.from({ length: 41 }, (_, i) => lightness(palette.sequential(i / 40)));
    const away = theme === "light" ? -1 : 1;
    expect(steps.slice(1).every((value, i) => (value - steps[i]) * away > 0)).toBe(true);
  });
});

describe("colours of speakers", () => {
  test("stay when a later speaker comes, and do not depend on the order given", () => {
    const two = speakerColours(["SPEAKER_01", "SPEAKER_00"]);
    const three = speakerColours(["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"]);
    for (const [label, colour] of two) expect(three.get(label)).toBe(colour);
  });

  test("are 24 different ones", () => {
    const labels = Array.from({ length: 24 }, (_, i) => String(i).padStart(2, "0"));
    for (const theme of THEMES) expect(new Set(speakerColours(labels, { theme }).values()).size).toBe(24);
  });

  test("belong to partners together, and to nobody else", () => {
    const labels = { reference: ["a", "b"], hypothesis: ["a", "b", "c"] };
    const { reference, hypothesis } = pairedColours(labels, { mapping: new Map([["a", "b"], ["c", "a"]]) });
    expect([hypothesis.get("a"), hypothesis.get("c")]).toEqual([reference.get("b"), reference.get("a")]);
    expect([...reference.values()]).not.toContain(hypothesis.get("b"));
  });

  test("are the result's own on its page, and its partners in the reference have them too", () => {
    const turns = (...labels: string[]) =>
      labels.reduce((all, label, i) => all.add(new Segment(i, i + 1), label), new Annotation());
    const data = { reference: turns("ann", "bob", "cem"), hypothesis: turns("S1", "S0", "S0") };
    const own = speakerColours(data.hypothesis.labels());
    const { groups: [reference, hypothesis], differences } = laneGroups(data, { coloursOf: "hypothesis" });
    expect(hypothesis.rows.map((row) => row.colour("light"))).toEqual(
      hypothesis.rows.map(({ label }) => own.get(label)!),
    );
    for (const [label, partner] of differences!.rate.mapping) {
      const row = reference.rows.find((one) => one.label === partner)!;
      expect(row.colour("light")).toBe(own.get(label)!);
    }
    expect(new Set(reference.rows.map((row) => row.colour("light"))).size).toBe(3);
  });
});
