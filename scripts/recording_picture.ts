/**
 * Draws the README's second picture: the project's own recording through preset `own`, held against its exact turns.
 *
 *     bun run scripts/recording_picture.ts      writes docs/images/repair_day.svg and repair_day_dark.svg
 */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { diarize } from "#lib/diarization/diarize.ts";
import { scoreFile } from "#lib/metrics/score_file.ts";
import { formatPercent } from "#lib/numerics/format_percent.ts";
import { projectRoot } from "#lib/places/places.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import { readRttm } from "#lib/timeline/rttm.ts";

const NAME = "repair_day";
const folder = join(projectRoot(), "fixtures", "conversation");
const { annotation } = await diarize(join(folder, `${NAME}.flac`), { preset: "own" });
const hypothesis = asWritten(annotation);
const reference = (await readRttm(join(folder, `${NAME}.rttm`))).get(NAME)!;
const { diarization: { der } } = scoreFile(reference, hypothesis, { uri: NAME });
const figure = lanesFigure({ reference, hypothesis }, {
  width: 880,
  names: { reference: "Spoken", hypothesis: "dialab" },
  title: `${NAME}: three speakers, DER ${formatPercent(der)}`,
});
for (const [theme, ending] of [["light", ""], ["dark", "_dark"]] as const) {
  const file = join(projectRoot(), "docs", "images", `${NAME}${ending}.svg`);
  await writeFile(`${file}.tmp`, `${await renderSvg(figure, { theme })}\n`);
  await rename(`${file}.tmp`, file);
}
