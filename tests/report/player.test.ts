import { describe, expect } from "bun:test";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { reportPage } from "#lib/report/report_page.ts";
import { sharesChromium } from "#tests/harness/shared_chromium.ts";
import { openReport, testInChromium, until } from "./open_report.ts";
import { sampleRecording, sampleReport, SPIKE_SEC } from "./sample_report.ts";

/** The player's time in seconds, as shown. */
async function shownTime(page: Page): Promise<number> {
  const [minutes, seconds] = (await page.textContent(".now"))!.split(":").map(Number);
  return 60 * minutes + seconds;
}

const isPlaying = (page: Page) => page.locator(".player .play.playing").count().then((count) => count === 1);

/** Whose colour the wave has at a second, in `parts` from the top down: places in the legend, -1 for nobody's. */
async function voicesAt(page: Page, timeSec: number, parts = 1): Promise<number[]> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  return await page.evaluate(`(() => {
    const canvas = document.querySelector(".wave .voices");
    const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const x = Math.round(${timeSec} / 20 * canvas.width);
    const swatches = [...document.querySelectorAll(".legend .swatch")].map((swatch) =>
      getComputedStyle(swatch).borderTopColor.match(/[0-9]+/g).map(Number));
    return Array.from({ length: ${parts} }, (_, part) => {
      const y = Math.round((part + 0.06) / ${parts} * canvas.height);
      const [r, g, b, a] = context.getImageData(x, y, 1, 1).data;
      if (a === 0) return -1;
      const apart = swatches.map((colour) => colour.reduce((sum, c, i) => sum + Math.abs(c - [r, g, b][i]), 0));
      return apart.indexOf(Math.min(...apart));
    });
  })()`) as number[];
}

const LATER = ["0:10", "0:12", "0:14", "0:16", "0:18", "0:20"];

/** Two speak at once from 3 to 4 s. */
const OVERLAPPING = [
  { startSec: 1, endSec: 4, label: "ann" },
  { startSec: 3, endSec: 6, label: "bob" },
];

async function centreOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  await page.locator(selector).first().scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await page.locator(selector).first().boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}

const turnRows = (page: Page) =>
  page.locator(".turns tbody tr").evaluateAll((rows) => rows.map(({ outerHTML }) => outerHTML));

describe("the player of a report page", () => {
  sharesChromium();
  testInChromium("plays from a turn that is clicked", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      expect(await shownTime(page)).toBe(0);
      await page.click(".turns tbody tr:nth-child(3) button");
      await until(async () => await shownTime(page) >= 7.6);
      expect(await shownTime(page)).toBeLessThan(11);
      expect(await isPlaying(page)).toBe(true);
      expect(await page.locator(".turns tr[aria-current]").count()).toBe(1);
      expect(await page.textContent(".said")).toBe("Playing from 0:07.25, ann");
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
      expect(await page.locator(".turns tbody tr").count()).toBe(4);
      expect([await voicesAt(page, 2), await voicesAt(page, 5), await voicesAt(page, 6.5)]).toEqual([
        [0],
        [1],
        [-1],
      ]);
      const ann = page.locator(".legend button", { hasText: "ann" });
      await ann.click();
      expect(await ann.getAttribute("aria-pressed")).toBe("false");
      expect(await page.locator(".turns tbody tr").count()).toBe(2);
      expect([await voicesAt(page, 2), await voicesAt(page, 5)]).toEqual([[-1], [1]]);
      expect(await page.locator("[data-figure='0'] .trace.bars").count()).toBe(2);
      await ann.click();
      expect(await voicesAt(page, 2)).toEqual([0]);
      expect(await page.locator("[data-figure='0'] .trace.bars").count()).toBe(3);
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
      await tabTo("hear heard");
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
      expect(await page.textContent(".said")).toBe("At 0:04.50, bob");
      // Nothing offers to play what is not there.
      const offers = () =>
        page.locator("button, [role=slider], .hint").evaluateAll((all) =>
          all.filter((one) => one.getClientRects().length > 0)
            .map((one) => `${one.getAttribute("aria-label") ?? ""} ${one.textContent}`)
            .filter((words) => /play|hear/i.test(words))
        );
      expect(await offers()).toEqual([]);
      expect(await page.getAttribute(".turns tbody tr:nth-child(2) button", "aria-label")).toBe(
        "Go to 0:04.50, bob",
      );
      expect(await page.textContent(".hint")).toBe("Click into the figure to go to that moment.");
      await page.setInputFiles(".pick input", {
        name: "talk.wav",
        mimeType: "audio/wav",
        buffer: Buffer.from(bytes),
      });
      expect((await offers()).length).toBeGreaterThan(6);
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

  testInChromium("has an axis of time in the notation of the lists, which zooming makes finer", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const axis = (selector: string) => page.locator(selector).allTextContents();
      expect(await axis(".ruler span")).toEqual(["0:00", "0:02", "0:04", "0:06", "0:08", ...LATER]);
      await page.locator("[data-figure='0']").scrollIntoViewIfNeeded();
      await page.waitForSelector("[data-figure='0'] .xtick text");
      expect((await axis("[data-figure='0'] .xtick text")).slice(0, 3)).toEqual(["0:00", "0:02", "0:04"]);
      // Zoomed from the wave, by its keys, the lanes follow.
      await page.focus(".wave");
      for (const key of ["ArrowRight", "ArrowRight", "+", "+"]) await page.keyboard.press(key);
      await until(async () =>
        (await axis(".ruler span")).join() === "0:07.5,0:08.0,0:08.5,0:09.0,0:09.5,0:10.0," +
            "0:10.5,0:11.0,0:11.5,0:12.0,0:12.5"
      );
      await until(async () => (await axis("[data-figure='0'] .xtick text"))[0] === "0:07.5");
      expect(await page.locator(".seen").textContent()).toBe("0:07.5 to 0:12.5 is in view");
      expect(await page.locator(".overview").isVisible()).toBe(true);
      // Zoomed from the lanes, the wave follows.
      await page.locator("[data-figure='0']").scrollIntoViewIfNeeded();
      const { x, y, width } = (await page.locator("[data-figure='0'] .nsewdrag").boundingBox())!;
      await page.mouse.move(x + width * 0.2, y + 10);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.6, y + 10, { steps: 4 });
      await page.mouse.up();
      await until(async () => (await page.textContent(".seen")) === "0:08.5 to 0:10.5 is in view");
      await page.click(".zoom .whole");
      await until(async () => (await axis(".ruler span")).length === 11); // drawn in the next frame
      await until(async () => !await page.locator(".overview").isVisible());
      expect(
        await page.locator(".zoom button").evaluateAll((all) =>
          all.map((one) => one.hasAttribute("disabled"))
        ),
      )
        .toEqual([true, false, true]);
    });
  });

  testInChromium("zooms by the wheel and by two fingers around them, and lets the page scroll", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      const seen = async () => {
        const [, from, to] = (await page.textContent(".seen"))!.match(/^0:(\S+) to 0:(\S+) /)!;
        return [Number(from), Number(to)];
      };
      await page.locator(".wave").scrollIntoViewIfNeeded();
      const { x, y, width } = (await page.locator(".wave").boundingBox())!;
      const scrolled = await page.evaluate("scrollY") as number;
      await page.mouse.move(x + width / 4, y + 20);
      await page.mouse.wheel(0, -200);
      await until(async () => (await seen())[1] < 20);
      // What was below the pointer, second 5, still is.
      const [from, to] = await seen();
      expect(from + (to - from) / 4).toBeCloseTo(5, 1);
      expect(to - from).toBeCloseTo(10, 1);
      await page.mouse.wheel(0, 400);
      await until(async () => (await seen()).join() === "0,20");
      // At the whole, the wheel is the page's again.
      expect(await page.evaluate("scrollY")).toBe(scrolled);
      await page.mouse.wheel(0, 300);
      await until(async () => await page.evaluate("scrollY") as number > scrolled);
      await page.evaluate(`(() => {
        const wave = document.querySelector(".wave"), { left, width } = wave.getBoundingClientRect();
        const send = (type, pointerId, share) => wave.dispatchEvent(new PointerEvent(type, {
          pointerId, pointerType: "touch", clientX: left + share * width, bubbles: true, button: 0,
        }));
        send("pointerdown", 1, 0.4); send("pointerdown", 2, 0.6);
        send("pointermove", 1, 0.3); send("pointermove", 2, 0.7);
        send("pointerup", 1, 0.3); send("pointerup", 2, 0.7);
      })()`);
      expect(await seen()).toEqual([5, 15]);
      expect(await shownTime(page)).toBe(0);
    });
  });

  testInChromium("shows where it is on the wave and over the lanes, at the same second", async () => {
    await openReport(await reportPage(sampleReport()), async (page) => {
      await page.locator("[data-figure='0']").scrollIntoViewIfNeeded();
      await page.waitForSelector("[data-figure='0'] .trace.bars");
      const middle = async (selector: string) => {
        const { x, width } = (await page.locator(selector).first().boundingBox())!;
        return x + width / 2;
      };
      await page.click(".turns tbody tr:nth-child(2) button");
      await page.click(".player .play");
      await until(async () => !await isPlaying(page));
      const at = Number(await page.getAttribute(".wave", "aria-valuenow"));
      const wave = (await page.locator(".wave").boundingBox())!;
      expect(Math.abs(await middle(".wave .playhead") - (wave.x + wave.width * at / 20))).toBeLessThan(4);
      const plot = (await page.locator("[data-figure='0'] .nsewdrag").boundingBox())!;
      expect(Math.abs(await middle("figure .playhead") - (plot.x + plot.width * at / 20))).toBeLessThan(4);
    });
  });

  testInChromium("draws an overlap as two voices, on the wave and in the lanes", async () => {
    const recording = sampleRecording({ turns: OVERLAPPING });
    await openReport(await reportPage(sampleReport(recording)), async (page) => {
      expect([await voicesAt(page, 2, 2), await voicesAt(page, 3.5, 2), await voicesAt(page, 5, 2)])
        .toEqual([[0, 0], [0, 1], [1, 1]]);
      await page.locator("[data-figure='0']").scrollIntoViewIfNeeded();
      await page.waitForSelector("[data-figure='0'] .trace.bars path");
      const bars = await page.locator("[data-figure='0'] .trace.bars path").evaluateAll((all) =>
        all.map((one) => one.getBoundingClientRect()).map((
          { left, right, top, bottom },
        ) => [left, right, top, bottom])
      );
      expect(bars).toHaveLength(2);
      expect(bars[1][0]).toBeLessThan(bars[0][1]); // they share a time
      expect(bars[0][3]).toBeLessThanOrEqual(bars[1][2]); // and not a lane
    });
  });
});
