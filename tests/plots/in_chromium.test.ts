/** What only a browser can say: that a picture has its colours, that committed ones are images, and that Plotly takes the specs. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import process from "node:process";
import { ChromiumError, findChromium } from "#lib/plots/chromium.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { paletteOf, speakerColours } from "#lib/plots/palette.ts";
import { plotlySpec } from "#lib/plots/plotly_spec.ts";
import { renderPng } from "#lib/plots/render_png.ts";
import { referencePictures } from "#scripts/plots/reference_pictures.ts";
import { referenceFigures } from "#scripts/plots/reference_figures.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";
import { sharesChromium, withSharedPage } from "#tests/harness/shared_chromium.ts";

/** One group of tests where there is a browser; without one skipped with the reason, under `CI` failed. */
function describeInChromium(title: string, body: () => void): void {
  if (findChromium() !== undefined) return describe(title, body);
  if (!process.env.CI) return test.skip(`${title} (skipped: no Chromium; set DIALAB_CHROMIUM)`, () => {});
  test(`${title}: Chromium must be there when CI is set`, () => {
    throw new Error("No Chromium was found; set DIALAB_CHROMIUM to its path");
  });
}

test("a browser that is not there is told of", () => {
  expect(() => findChromium({ DIALAB_CHROMIUM: "/no/browser" })).toThrow(ChromiumError);
});

describeInChromium("in Chromium", () => {
  sharesChromium();
  test("a PNG has its size and the speaker's colour", async () => {
    const reference = new Annotation().add(new Segment(0, 10), "ann");
    const figure = lanesFigure({ reference }, { width: 400 });
    for (const theme of ["light", "dark"] as const) {
      const png = await renderPng(figure, { theme, scale: 2 });
      const seen = await pixels(png, [[2, 2], [400, Math.round(2 * (16 + 26 + 22 + 9))]]);
      expect([seen.width, seen.height]).toEqual([800, 2 * figure.height]);
      const colour = speakerColours(["ann"], { theme }).get("ann");
      expect(seen.colours).toEqual([paletteOf(theme).background, colour!]);
    }
  }, 60_000);

  test("every committed picture is an image", async () => {
    const pictures = [...await referencePictures()];
    const sizes = await withSharedPage((page) =>
      page.evaluate<number[][]>(
        `Promise.all(${
          JSON.stringify(pictures.map(([, svg]) => Buffer.from(svg).toString("base64")))
        }.map(async (data) => {
        const image = new Image();
        image.src = "data:image/svg+xml;base64," + data;
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }))`,
      )
    );
    const heights = pictures.map(([, svg]) => Number(/height="([\d.]+)"/.exec(svg)![1]));
    expect(sizes).toEqual(heights.map((height) => [720, Math.floor(height)]));
  }, 60_000);

  test.skipIf(leftToBun)("Plotly takes and draws the spec of every figure", async () => {
    const figures = [...await referenceFigures()];
    const plotly = await readFile(
      createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min"),
      "utf8",
    );
    const faults: string[] = [];
    const drawn = await withSharedPage(async (page) => {
      page.on("pageerror", (error) => faults.push(String(error)));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) faults.push(message.text());
      });
      await page.setContent(`<!doctype html><body></body>`);
      await page.addScriptTag({ content: plotly });
      const marks: Record<string, number> = {};
      for (const [name, figure] of figures) {
        for (const theme of ["light", "dark"] as const) {
          const spec = JSON.stringify(plotlySpec(figure, { theme }));
          marks[`${name} ${theme}`] = await page.evaluate<number>(`(async () => {
            const spec = ${spec};
            const place = document.body.appendChild(document.createElement("div"));
            // Its validator cannot read legends; what is only not used in some mode is no fault.
            const { legend, ...layout } = spec.layout;
            const faults = Plotly.validate(spec.data, layout) ?? [];
            const wrong = faults.filter(({ code }) => ["schema", "value", "object", "array"].includes(code));
            if (wrong.length > 0) console.error("${name}", wrong.map(({ msg }) => msg).join("; "));
            await Plotly.newPlot(place, spec.data, spec.layout, spec.config);
            const count = place.querySelectorAll(".point, .points path, .js-line, .heatmaplayer image").length;
            place.remove();
            return count;
          })()`);
        }
      }
      return marks;
    });
    expect(faults).toEqual([]);
    expect(Object.entries(drawn).filter(([, count]) => count === 0)).toEqual([]);
    expect(Object.keys(drawn).length).toBe(2 * figures.length);
  }, 120_000);
});

/** The size of a PNG and the colours at some of its pixels. */
async function pixels(png: Uint8Array, places: readonly (readonly [x: number, y: number])[]) {
  const data = Buffer.from(png).toString("base64");
  return await withSharedPage((page) =>
    page.evaluate<{ width: number; height: number; colours: string[] }>(`(async () => {
      const image = new Image();
      image.src = "data:image/png;base64,${data}";
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      const colours = ${JSON.stringify(places)}.map(([x, y]) => "#" +
        [...canvas.getImageData(x, y, 1, 1).data].slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join(""));
      return { width: image.width, height: image.height, colours };
    })()`)
  );
}
