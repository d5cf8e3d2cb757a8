import { describe, expect } from "bun:test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import type { RunDifference } from "#lib/parity/drift/run_difference.ts";
import { quantitiesTable } from "#lib/report/drift_tables.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { sharesChromium, withSharedPage } from "#tests/harness/shared_chromium.ts";
import { openReport, testInChromium, until } from "./open_report.ts";
import { sampleRecording, sampleReport } from "./sample_report.ts";

/** Faults that axe-core calls serious or critical, as lines to read. */
async function seriousFaults(page: Page): Promise<string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate("document.querySelectorAll('details').forEach((folded) => folded.open = true)");
  await allFiguresDrawn(page);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate("axe.run()") as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
    passes: unknown[];
  };
  expect(passes.length).toBeGreaterThan(20);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap((
    { id, nodes },
  ) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`));
}

async function allFiguresDrawn(page: Page): Promise<void> {
  const charts = page.locator(".chart");
  for (let i = 0; i < await charts.count(); i++) {
    await charts.nth(i).scrollIntoViewIfNeeded();
    await charts.nth(i).locator(".main-svg").first().waitFor();
  }
}

describe("a report page in Chromium", () => {
  sharesChromium();
  for (const theme of ["light", "dark"] as const) {
    testInChromium(`has no serious fault for axe-core in the ${theme} theme`, async () => {
      await openReport(await reportPage(sampleReport()), async (page) => {
        expect(await seriousFaults(page)).toEqual([]);
      }, { theme });
    });
  }

  testInChromium("does not scroll sideways at a phone's width, and no control is lost", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      await allFiguresDrawn(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      const outside = await page.locator(".transport button, .legend button, #theme").evaluateAll((buttons) =>
        buttons.map((button) => button.getBoundingClientRect()).filter(({ left, right }) =>
          left < 0 || right > 360
        ).length
      );
      expect(outside).toBe(0);
    }, { viewport: { width: 360, height: 740 } });
  });

  testInChromium(
    "has every figure before it is reached, in the page's theme, and without scripts",
    async () => {
      const text = await reportPage(sampleReport());
      // What a picture shows at its corner, and whether anything else is drawn in it.
      const looks = (page: Page) =>
        page.evaluate(`Promise.all(
        [...document.querySelectorAll("figure")].map(async (figure) => {
          const still = [...figure.querySelectorAll("img")].find((one) => one.getClientRects().length > 0);
          await still.decode();
          const [width, height] = [still.naturalWidth, still.naturalHeight];
          const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
          pen.drawImage(still, 0, 0);
          const { data } = pen.getImageData(0, 0, width, height);
          const inks = new Set(new Uint32Array(data.buffer));
          return [[...data.slice(0, 3)].join(), inks.size > 20];
        })
      )`) as Promise<[string, boolean][]>;
      await openReport(text, async (page) => {
        expect(await page.locator("figure .main-svg").count()).toBe(0);
        expect(await looks(page)).toEqual(Array(3).fill(["255,255,255", true]));
        await page.emulateMedia({ colorScheme: "dark" });
        expect(await looks(page)).toEqual(Array(3).fill(["15,23,32", true]));
        expect(await page.locator("figure .drawing:not(.live)").count()).toBe(3);
      }, { viewport: { width: 1024, height: 300 } });
      const page = text.replace(
        "<head>",
        '<head><meta http-equiv="Content-Security-Policy" content="script-src \'none\'">',
      );
      await withSharedPage(async (still) => {
        await still.setContent(page);
        const seen = await still.locator("figure img.broad").evaluateAll((all) =>
          all.map((one) => one.getClientRects().length)
        );
        expect(seen).toEqual([1, 1, 1]);
        expect(
          await still.locator("button").evaluateAll((all) =>
            all.filter((one) => one.getClientRects().length > 0 && !one.closest(".legend, .pager")).length
          ),
        ).toBe(0);
      });
    },
  );

  testInChromium("cuts no column at a phone's width: tables become lists of names and values", async () => {
    const turns = [{ startSec: 4000.5, endSec: 4100.25, label: "SPEAKER_00" }, {
      startSec: 4200,
      endSec: 14_000.125,
      label: "a speaker with a name of some length",
    }];
    const report = sampleReport(sampleRecording({ durationSec: 14_400, turns }));
    await openReport(await reportPage(report), async (page) => {
      const cut = await page.locator(".table").evaluateAll((tables) =>
        tables.filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.ariaLabel)
      );
      expect(cut).toEqual([]);
      const cells = page.locator(".table.middling tbody tr").first().locator("td");
      const tops = await cells.evaluateAll((all) => all.map((cell) => cell.getBoundingClientRect().top));
      expect(new Set(tops).size).toBeGreaterThan(1);
      const title = await page.evaluate(
        `getComputedStyle(document.querySelector(".table.middling td"), "::before").content`,
      );
      expect(title).toBe('"exact"');
    }, { viewport: { width: 390, height: 844 } });
  });

  testInChromium("cuts no column of a table of eight, whatever the window", async () => {
    const spot = { chunk: 1234, slot: 2, embedding: 1234, dimension: 127 };
    const quantities = ["speaker_counting count", "reconstruction discreteDiarization", "plda postXvec"].map(
      (name) => {
        const [stage, quantity] = name.split(" ");
        return {
          ...{ stage, quantity, maxAbs: 1.25e-12, percentiles: { "99.9": 1.5e-13 }, differing: 702_123 },
          ...{ compared: 702_123, decisions: { changed: 136, total: 59_860, what: "embeddings" } },
          ...{ tolerance: 1e-10, beyondTolerance: false, first: { at: spot, startSec: 1234.5 } },
        };
      },
    );
    const table = quantitiesTable({ quantities } as unknown as RunDifference);
    expect(table.columns.length).toBe(8);
    const sections = [{ heading: "Errors", blocks: [{ kind: "table", table } as const] }];
    const html = await reportPage({ ...sampleReport(), sections });
    await openReport(html, async (page) => {
      for (
        const [width, isTable] of [[1280, true], [1110, true], [1000, false], [770, false], [
          390,
          false,
        ]] as const
      ) {
        await page.setViewportSize({ width, height: 844 });
        const found = await page.evaluate(`[...document.querySelectorAll(".table")].map((one) => ({
          cut: one.scrollWidth - one.clientWidth,
          row: getComputedStyle(one.querySelector("tbody tr")).display,
        }))`);
        expect([width, found]).toEqual([width, [{ cut: 0, row: isTable ? "table-row" : "grid" }]]);
      }
    });
  });

  testInChromium("changes its theme with the system and by the button, figures and all", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const colours = () =>
        page.evaluate(`[
          getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.querySelector(".chart .xtick text")).fill,
        ]`) as Promise<string[]>;
      await allFiguresDrawn(page);
      const light = await colours();
      await page.emulateMedia({ colorScheme: "dark" });
      await until(async () => (await colours()).every((colour, i) => colour !== light[i]));
      expect(await page.textContent("#theme")).toBe("Light");
      expect(await page.getAttribute("#theme", "aria-label")).toBe("Light: switch to the light theme");
      await page.click("#theme");
      expect(await page.textContent("#theme")).toBe("Dark");
      expect(await page.getAttribute("#theme", "aria-label")).toBe("Dark: switch to the dark theme");
      await until(async () => (await colours()).every((colour, i) => colour === light[i]));
    });
  });

  testInChromium("prints: the verdict, the turns and the pictures of the figures, in light", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const pdf = Buffer.from(await page.pdf({ format: "A4", tagged: true, outline: true }));
      expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
      expect(pdf.length).toBeGreaterThan(20_000);
      // The outline holds the headings, uncompressed, in UTF-16.
      const verdict = Buffer.from("No parity: 1 of 2", "utf16le").swap16().toString("hex");
      expect(pdf.toString("latin1").toLowerCase()).toContain(verdict);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      expect(await page.locator("h1").innerText()).toMatch(/No parity: 1 of 2 captures identical/);
      const seen = (selector: string) =>
        page.locator(selector).evaluateAll((found) =>
          found.map((element) => element.getClientRects().length > 0)
        );
      expect(await seen("figure img.broad")).toEqual([true, true, true]);
      expect(await seen("figure img.narrow")).toEqual([false, false, false]);
      expect(await seen(".chart, .transport, .wave, .ruler, .overview, .playhead, #theme"))
        .toEqual(Array(11).fill(false));
      expect(await seen(".turns tr")).toEqual(Array(5).fill(true));
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
        "rgb(255, 255, 255)",
      );
    }, { theme: "dark" });
  }, { alsoInDeno: true });

  testInChromium("stays small and quick with four hours of recording", async () => {
    const turns = Array.from({ length: 12_000 }, (_, i) => ({
      startSec: 1.2 * i,
      endSec: 1.2 * i + 1 + (i % 7) / 10,
      label: `SPEAKER_${i % 9}`,
    }));
    const peaks = Float32Array.from({ length: 40_000 }, (_, i) => Math.abs(Math.sin(i)));
    const audio = { type: "audio/wav", bytes: new Uint8Array(8_000_000) };
    const text = await reportPage(
      sampleReport(sampleRecording({ durationSec: 14_400, turns, peaks, audio })),
    );
    expect(Buffer.byteLength(text)).toBeLessThan(8e6);
    expect(text).toContain("The sound is left out");
    await openReport(text, async (page) => {
      const { duration } = await page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()") as {
        duration: number;
      };
      expect(duration).toBeLessThan(60_000); // 0.6 s on two cores, 6.2 s seen where ten others ran; what is quadratic takes minutes
      expect(await page.locator(".turns tbody tr").count()).toBe(100);
      expect(await page.locator(".ruler span").first().textContent()).toBe("0:00");
      expect(await page.locator(".ruler span").last().textContent()).toMatch(/^[34]:\d\d:00$/);
      // Near the end, the axis tells the time there.
      await page.focus(".wave");
      await page.keyboard.press("End");
      for (let i = 0; i < 11; i++) await page.keyboard.press("+");
      const last = page.locator(".ruler span", { hasText: "3:59:59" });
      await last.first().waitFor();
      await page.click(".pager .after");
      expect(await page.textContent(".turns tbody tr button")).toBe("2:00.00");
      expect(await page.textContent(".pager .leaf")).toBe("2 of 120");
    });
  });
});
