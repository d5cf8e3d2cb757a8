/**
 * Draws the README's picture from a real run: the parity table of the project's own captures, and below it who speaks when in one of
 * them, pyannote's reference rules over dialab's result.
 *
 *     bun run scripts/readme_picture.ts      writes docs/images/parity.svg
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { parityTable } from "./parity/table.ts";

const SHOWN = "b_five_speakers";
const WIDTH = 880, MARGIN = 28, LINE = 21;
const BACKGROUND = "#0f1720", TEXT = "#dbe4ee", DIM = "#7d8ea0", GOOD = "#63d2a1";
/** Okabe and Ito's palette, which colour-blind people can tell apart. */
const COLOURS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442"];

const escape = (text: string) =>
  text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]!);

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" xml:space="preserve" ${attributes}>${escape(content)}</text>`;
}

/** One lane per speaker from x on, `height` high in all. */
function lanes(
  annotation: Annotation,
  box: { y: number; height: number; end: number; title: string },
): string[] {
  const left = 120, scale = (WIDTH - MARGIN - left) / box.end;
  const labels = annotation.labels();
  const step = box.height / labels.length;
  const bars = [...annotation.itertracks({ yieldLabel: true })].map(([segment, , label]) => {
    const lane = labels.indexOf(label);
    const x = (left + segment.start * scale).toFixed(1),
      width = Math.max(1, segment.duration * scale).toFixed(1);
    const y = (box.y + lane * step + 1).toFixed(1);
    const title = `${label} ${segment.start.toFixed(2)} to ${segment.end.toFixed(2)} s`;
    return `<rect x="${x}" y="${y}" width="${width}" height="${(step - 2).toFixed(1)}" rx="2" fill="${
      COLOURS[lane]
    }"><title>${title}</title></rect>`;
  });
  return [text(MARGIN, box.y + box.height / 2 + 5, box.title, `fill="${DIM}"`), ...bars];
}

function axis(y: number, end: number): string[] {
  const left = 120, scale = (WIDTH - MARGIN - left) / end;
  const ticks = Array.from({ length: Math.floor(end / 10) + 1 }, (_, i) => 10 * i);
  return ticks.flatMap((t) => [
    `<line x1="${left + t * scale}" x2="${left + t * scale}" y1="${y}" y2="${y + 5}" stroke="${DIM}"/>`,
    text(
      left + t * scale,
      y + 20,
      t === 0 ? "0 s" : `${t}`,
      `fill="${DIM}" text-anchor="middle" font-size="12"`,
    ),
  ]);
}

const found = findCaptures(join(projectRoot(), "fixtures", "captures"));
const reports = [];
let shown: { reference: Annotation; result: Annotation } | undefined;
for (const { folder } of found) {
  const capture = await readCapture(folder);
  const { model: plda } = await findPlda(capture);
  reports.push(await replayCapture(capture, { models: { plda } }));
  if (capture.name !== SHOWN) continue;
  const { segmentations, embeddings } = capture.artefacts;
  const { artefacts } = await runStages(COMMUNITY_1, { segmentations, embeddings }, {
    models: { plda },
    options: capture.options,
  });
  shown = { reference: capture.reference, result: artefacts.diarization! };
}
const table = parityTable(reports, (_, line) => line);
const verdict = `parity: ${
  reports.filter(({ ok }) => ok).length
} of ${reports.length} captures identical line for line`;

const svg: string[] = [];
let y = MARGIN + 14;
svg.push(text(MARGIN, y, "$ npm run parity", `fill="${DIM}"`));
for (const [i, line] of table.entries()) {
  svg.push(text(MARGIN, y += LINE, line, `fill="${i < 2 ? DIM : TEXT}"`));
}
svg.push(text(MARGIN, y += LINE * 1.4, verdict, `fill="${GOOD}" font-weight="bold"`));
y += LINE * 1.6;
if (shown) {
  const end = shown.reference.extent().end;
  svg.push(text(MARGIN, y, `${SHOWN}: who speaks when`, `fill="${TEXT}"`));
  svg.push(...lanes(shown.reference, { y: y + 14, height: 80, end, title: "reference" }));
  svg.push(...lanes(shown.result, { y: y + 108, height: 80, end, title: "dialab" }));
  svg.push(...axis(y + 194, end));
  y += 194 + LINE;
}
const height = Math.ceil(y + MARGIN);
const label = `${verdict}; below, the turns of ${SHOWN}, reference and result alike`;
const picture = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" ` +
  `aria-label="${
    escape(label)
  }" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15">`,
  `<rect width="${WIDTH}" height="${height}" rx="10" fill="${BACKGROUND}"/>`,
  ...svg,
  "</svg>",
].join("\n");
const file = join(projectRoot(), "docs", "images", "parity.svg");
await writeFile(`${file}.tmp`, `${picture}\n`);
await rename(`${file}.tmp`, file);
