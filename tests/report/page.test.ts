import { describe, expect } from "bun:test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { reportPage } from "#lib/report/report_page.ts";
import { openReport, testInChromium } from "./open_report.ts";
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
      await page.locator(".chart .xtick text").first().waitFor();
      const dark = await colours();
      expect(dark[0]).not.toBe(light[0]);
      expect(dark[1]).not.toBe(light[1]);
      expect(await page.getAttribute("#theme", "aria-pressed")).toBe("true");
      await page.click("#theme");
      expect(await page.getAttribute("#theme", "aria-pressed")).toBe("false");
      await page.locator(".chart .xtick text").first().waitFor();
      expect(await colours()).toEqual(light);
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
      expect(await seen("figure img")).toEqual([true, true, true]);
      expect(await seen(".chart, .transport, .wave, #theme")).toEqual(Array(6).fill(false));
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
      expect(duration).toBeLessThan(5000); // 0.6 s on two cores
      expect(await page.locator(".turns tbody tr").count()).toBe(100);
      expect(await page.locator(".wave [part~=region]").count()).toBeLessThanOrEqual(600);
      // After scrolling, the regions are those of what is seen then.
      await page.locator(".wave .scroll").evaluate((scroll) => scroll.scrollLeft = scroll.scrollWidth);
      await page.locator(".wave [part~=turn-11999]").waitFor({ state: "attached" });
      expect(await page.locator(".wave [part~=turn-0]").count()).toBe(0);
      await page.click(".pager .after");
      expect(await page.textContent(".turns tbody tr button")).toBe("2:00.0");
      expect(await page.textContent(".pager .leaf")).toBe("2 of 120");
    });
  });
});
