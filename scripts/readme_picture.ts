/**
 * Draws the README's picture from a real run: the parity table of the project's own captures, and below it who speaks when in one of
 * them: the reference, dialab's result, and where they differ, which is nowhere.
 *
 *     bun run scripts/readme_picture.ts      writes docs/images/parity.svg
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { paletteOf } from "#lib/plots/palette.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { notComparedLines } from "#lib/parity/parity_columns.ts";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { formatRttm, parseRttm } from "#lib/timeline/rttm.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { wrapped } from "./cli/wrapped.ts";
import { parityTable, parityVerdict } from "./parity/table.ts";

const SHOWN = "b_five_speakers";
const WIDTH = 880, MARGIN = 28, LINE = 21;
const { background: BACKGROUND, text: TEXT, muted: DIM, categories } = paletteOf("dark");
const GOOD = categories[2];

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" xml:space="preserve" ${attributes}>${escapeXml(content)}</text>`;
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
if (!reports.every(({ ok }) => ok)) throw new Error("The captures do not pass: there is nothing to show");
const verdict = parityVerdict(reports);

const svg: string[] = [];
let y = MARGIN + 14;
svg.push(text(MARGIN, y, "$ npm run parity", `fill="${DIM}"`));
for (const [i, line] of table.entries()) {
  svg.push(text(MARGIN, y += LINE, line, `fill="${i < 2 ? DIM : TEXT}"`));
}
// As the command says it, on lines of the picture's width.
y += LINE * 0.4;
for (const line of notComparedLines(reports).flatMap((note) => wrapped(note, table[0].length).split("\n"))) {
  svg.push(text(MARGIN, y += LINE, line, `fill="${TEXT}"`));
}
svg.push(text(MARGIN, y += LINE * 1.4, verdict, `fill="${GOOD}" font-weight="bold"`));
y += LINE * 1.6;
if (shown) {
  // The result as the RTTM has it, in milliseconds like the reference.
  const [[, hypothesis]] = parseRttm(formatRttm(shown.result));
  const figure = lanesFigure({ reference: shown.reference, hypothesis }, {
    width: WIDTH - 2 * MARGIN + 32,
    names: { reference: "Reference", hypothesis: "dialab" },
  });
  const lanes = await renderSvg(figure, { theme: "dark", heading: false, background: false });
  svg.push(text(MARGIN, y, `${SHOWN}: who speaks when`, `fill="${TEXT}"`));
  svg.push(`<g transform="translate(${MARGIN - 16},${y})">${lanes}</g>`);
  y += figure.height - MARGIN + 4;
}
const height = Math.ceil(y + MARGIN);
const label = `${verdict}; below, the turns of ${SHOWN}, reference and result alike`;
const picture = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" ` +
  `aria-label="${
    escapeXml(label)
  }" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="15">`,
  `<rect width="${WIDTH}" height="${height}" rx="10" fill="${BACKGROUND}"/>`,
  ...svg,
  "</svg>",
].join("\n");
const file = join(projectRoot(), "docs", "images", "parity.svg");
await writeFile(`${file}.tmp`, `${picture}\n`);
await rename(`${file}.tmp`, file);
