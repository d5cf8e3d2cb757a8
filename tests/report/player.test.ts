import { describe, expect } from "bun:test";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { reportPage } from "#lib/report/report_page.ts";
import { openReport, testInChromium } from "./open_report.ts";
import { sampleRecording, sampleReport, SPIKE_SEC } from "./sample_report.ts";

/** The player's time in seconds, as shown. */
async function shownTime(page: Page): Promise<number> {
  const [minutes, seconds] = (await page.textContent(".now"))!.split(":").map(Number);
  return 60 * minutes + seconds;
}

/** Asks until it is so; the page's policy refuses to evaluate text, which is how Playwright would wait. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await isSo()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`It did not become so within 5 s: ${isSo}`);
}

const isPlaying = (page: Page) => page.locator(".player .play.playing").count().then((count) => count === 1);

/** Regions on the wave; they lie in a shadow tree, which locators see through. */
const regions = (page: Page) => page.locator(".wave [part~=region]").count();

async function centreOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  await page.locator(selector).first().scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await page.locator(selector).first().boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

const turnRows = (page: Page) =>
  page.locator(".turns tbody tr").evaluateAll((rows) => rows.map(({ outerHTML }) => outerHTML));

describe("the player of a report page", () => {
  testInChromium("plays from a turn that is clicked", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      expect(await shownTime(page)).toBe(0);
      await page.click(".turns tbody tr:nth-child(3) button");
      await until(async () => await shownTime(page) >= 7.6);
      expect(await shownTime(page)).toBeLessThan(11);
      expect(await isPlaying(page)).toBe(true);
      expect(await page.locator(".turns tr[aria-current]").count()).toBe(1);
      expect(await page.textContent(".said")).toBe("Playing from 0:07.2, ann");
      await page.click(".player .play");
      await until(async () => !await isPlaying(page));
    });
  }, { alsoInDeno: true });

  testInChromium("plays from a spike, a bar of a lane and a cell that are clicked", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const places = [["[data-figure='1'] .points path:nth-of-type(20)", SPIKE_SEC], [
        "[data-figure='0'] .trace.bars:nth-of-type(2) .point path",
        4.5,
      ], ["button[data-seek]", SPIKE_SEC]] as const;
      for (const [selector, timeSec] of places) {
        await page.locator("[data-figure='1']").scrollIntoViewIfNeeded();
        await page.waitForSelector("[data-figure='1'] .points path");
        const { x, y } = await centreOf(page, selector);
        await page.mouse.move(x, y);
        await page.mouse.click(x, y);
        await page.waitForSelector(".player .play.playing");
        const shown = await shownTime(page);
        expect(shown).toBeGreaterThanOrEqual(timeSec - 0.1);
        expect(shown).toBeLessThan(timeSec + 1.5);
        await page.click(".player .play");
        await page.waitForSelector(".player .play:not(.playing)");
      }
    });
  });

  testInChromium("hides a speaker's turns, regions and lanes, and shows them as they were", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      await page.locator("[data-figure='0']").scrollIntoViewIfNeeded();
      await page.waitForSelector("[data-figure='0'] .trace.bars");
      const rows = await turnRows(page);
      expect([await regions(page), await page.locator(".turns tbody tr").count()]).toEqual([4, 4]);
      const ann = page.locator(".legend button", { hasText: "ann" });
      await ann.click();
      expect(await ann.getAttribute("aria-pressed")).toBe("false");
      expect([await regions(page), await page.locator(".turns tbody tr").count()]).toEqual([2, 2]);
      expect(await page.locator("[data-figure='0'] .trace.bars").count()).toBe(2);
      await ann.click();
      expect(await regions(page)).toBe(4);
      expect(await page.locator("[data-figure='0'] .trace.bars").count()).toBe(3);
      // The page's script writes rows as they were when the page was made.
      expect(await turnRows(page)).toEqual(rows);
    });
  });

  testInChromium("is reached and played by keyboard alone", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const focused = () => page.evaluate("document.activeElement.className");
      const tabTo = async (name: string) => {
        for (let i = 0; i < 40 && await focused() !== name; i++) await page.keyboard.press("Tab");
        expect(await focused()).toBe(name);
      };
      await tabTo("wave");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+ArrowLeft");
      expect(await shownTime(page)).toBe(9);
      expect(await page.getAttribute(".wave", "aria-valuetext")).toBe("0:09.0 of 0:20.0");
      await page.keyboard.press(" ");
      await page.waitForSelector(".player .play.playing");
      await page.keyboard.press(" ");
      await page.waitForSelector(".player .play:not(.playing)");
      await page.keyboard.press("Home");
      expect(await shownTime(page)).toBe(0);
      await tabTo("hear");
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      expect(outline).toBe("solid");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".player .play.playing");
      expect(await shownTime(page)).toBeGreaterThanOrEqual(4.5);
    });
  });

  testInChromium("asks for the file where the sound is not embedded, and plays that", async () => {
    const recording = sampleRecording();
    const { bytes } = recording.audio!;
    const page = await reportPage(sampleReport({ ...recording, audio: undefined, audioNote: "Too long." }));
    await openReport(page, async (page) => {
      await page.click(".turns tbody tr:nth-child(2) button");
      expect(await shownTime(page)).toBe(4.5);
      expect(await page.textContent(".said")).toMatch(/Choose the recording/);
      await page.setInputFiles(".pick input", {
        name: "talk.wav",
        mimeType: "audio/wav",
        buffer: Buffer.from(bytes),
      });
      await page.click(".turns tbody tr:nth-child(2) button");
      await until(async () => await shownTime(page) >= 4.8);
      expect(await isPlaying(page)).toBe(true);
    });
  });

  testInChromium("shows what plays at the foot while its player is out of view", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      await page.click(".player .play");
      await page.locator(".wave").scrollIntoViewIfNeeded();
      await until(async () => !await page.locator("#now-playing").isVisible());
      await page.locator("footer").scrollIntoViewIfNeeded();
      await page.waitForSelector("#now-playing:not([hidden])");
      expect(await page.textContent("#now-playing .words")).toMatch(/^talk · 0:0/);
      await page.click("#now-playing button");
      await until(async () => !await isPlaying(page));
    });
  });
});
