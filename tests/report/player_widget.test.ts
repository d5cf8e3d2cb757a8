/** The player of a notebook: a piece of HTML in somebody's page. */
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Frame, Page } from "playwright-core";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { projectRoot } from "#lib/places/places.ts";
import { playerWidget } from "#lib/report/player_widget.ts";
import { sharesChromium, withSharedPage } from "#tests/harness/shared_chromium.ts";
import { testInChromium, until } from "./open_report.ts";

const client = (name: string) => import(pathToFileURL(join(projectRoot(), "lib/report/client", name)).href);
const { stretchesOf } = await client("voices.js");

describe("who is heard", async () => {
  const { nextAudible, unheard } = await client("audible.js");
  // 0 speaks from 1 to 3 and from 8 to 9, 1 from 2 to 5.
  const stretches = stretchesOf([[1, 3, 0], [2, 5, 1], [8, 9, 0]], new Set());
  test.each<[soloed: number[], muted: number[], at: number, next: number | null]>([
    [[], [], 0.5, 0.5],
    [[0], [], 0.5, 1],
    [[0], [], 2.5, 2.5],
    [[0], [], 3.5, 8],
    [[0], [], 9, null],
    [[1], [], 1.5, 2],
    [[], [1], 2.5, 2.5], // with somebody who is heard
    [[], [1], 3.5, 5],
    [[], [1], 6, 6], // a pause
    [[], [0], 8.5, 9],
    [[0], [0], 0, null],
    [[0, 1], [], 5.5, 8],
  ])("soloed %j, muted %j, at %f s: on from %j", (soloed, muted, at, next) => {
    expect(nextAudible(stretches, at, { soloed: new Set(soloed), muted: new Set(muted) })).toBe(next);
  });

  test("all but the soloed are not", () => {
    expect([...unheard(3, { soloed: new Set([1]), muted: new Set([2]) })]).toEqual([0, 2]);
    expect([...unheard(3, { soloed: new Set(), muted: new Set([2]) })]).toEqual([2]);
  });
});

const samples = Float32Array.from({ length: 20 * 8000 }, (_, i) => 0.4 * Math.sin(i / 6));
const turns = [[0, 4, "ann"], [3, 6, "bob"], [8, 12, "ann"], [15, 19, "bob </script> & co"]].map((
  [startSec, endSec, label],
) => ({ startSec: Number(startSec), endSec: Number(endSec), label: String(label) }));
const recording = {
  name: `talk "one"`,
  durationSec: 20,
  turns,
  peaks: Float32Array.from({ length: 400 }, (_, i) => (i % 40) / 40),
  audio: { type: "audio/wav", bytes: encodeWav(samples, { sampleRate: 8000 }) },
};

/** Opens a page with the piece in it, on this background. Nothing may be asked of the network or said on the console. */
async function opened(
  use: (page: Page, frame: Frame) => Promise<void>,
  options: { readonly background?: string; readonly scripts?: boolean; readonly width?: number } = {},
) {
  const { background = "white", scripts = true, width = 1000 } = options;
  const folder = await mkdtemp(join(tmpdir(), "dialab-widget-"));
  const address = pathToFileURL(join(folder, "page.html")).href;
  const said: string[] = [], requests: string[] = [];
  try {
    const html = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <style>body { background: ${background}; margin: 8px }</style>`;
    await writeFile(join(folder, "page.html"), html + playerWidget(recording));
    await withSharedPage(async (page) => {
      page.on("console", (message) => void said.push(message.text()));
      page.on("pageerror", (error) => void said.push(`${error.stack}`));
      page.on(
        "request",
        (request) => void (/^(data|blob|about):/.test(request.url()) || requests.push(request.url())),
      );
      await page.goto(address);
      const frame = page.frames()[1];
      if (scripts) await frame.waitForSelector("html[data-ready]", { timeout: 20_000 });
      await use(page, frame);
    }, { javaScriptEnabled: scripts, viewport: { width, height: 700 } });
  } finally {
    await rm(folder, { recursive: true });
  }
  expect([said, requests]).toEqual([[], [address]]);
}

const shownTime = async (frame: Frame) => Number((await frame.textContent(".now"))!.split(":")[1]);
const isPlaying = async (frame: Frame) => await frame.locator(".play.playing").count() === 1;
/** A click at a share of a speaker's lane. */
const clickLane = async (frame: Frame, lane: number, share: number) => {
  const strip = frame.locator(".strip").nth(lane);
  const { width, height } = (await strip.boundingBox())!;
  await strip.click({ position: { x: share * width, y: height / 2 } });
};

describe("the player in a notebook", () => {
  sharesChromium();
  testInChromium(
    "plays a turn that is clicked; soloed, on from turn to turn, over wave and lanes",
    async () => {
      await opened(async (page, frame) => {
        expect(await frame.locator(".lane .label").allTextContents()).toEqual([
          "ann",
          "bob",
          "bob </script> & co",
        ]);
        expect(await page.locator("figure").isVisible()).toBe(false);
        await clickLane(frame, 0, 10 / 20); // in the middle of the turn from 8 to 12 s
        await until(async () => await isPlaying(frame) && await shownTime(frame) >= 8.1);
        expect(await shownTime(frame)).toBeLessThan(11.5);
        const lefts = await frame.locator(".playhead").evaluateAll((heads) =>
          heads.map((head) =>
            Math.round(Number.parseFloat((head as unknown as { style: { left: string } }).style.left))
          )
        );
        expect([lefts.length, new Set(lefts).size]).toEqual([4, 1]);
        await frame.click(".lane:nth-child(3) .solo");
        await until(async () => await shownTime(frame) >= 15);
        await frame.click(".play");
        await until(async () => !await isPlaying(frame));
        expect(await frame.locator(".lane.unheard").count()).toBe(2);
        await clickLane(frame, 0, 10 / 20); // of somebody who is not heard: it goes there
        expect([await isPlaying(frame), Math.round(await shownTime(frame))]).toEqual([false, 10]);
      });
    },
    { alsoInDeno: true },
  );

  testInChromium("is as high as what is in it, zooms, and goes from turn to turn by keys", async () => {
    await opened(async (page, frame) => {
      const heights = () =>
        Promise.all([
          page.locator("iframe").boundingBox().then((box) => Math.round(box!.height)),
          frame.locator("body").boundingBox().then((box) => Math.ceil(box!.height)),
        ]);
      const [before] = await heights();
      await frame.click("summary");
      await until(async () => (await heights())[0] > before + 50);
      const [outer, inner] = await heights();
      expect(outer).toBe(inner);
      await frame.focus(".wave");
      for (
        const [key, timeSec] of [["ArrowDown", 3], ["ArrowDown", 8], ["ArrowUp", 3], ["End", 20], [
          "ArrowUp",
          15,
        ]] as const
      ) {
        await page.keyboard.press(key);
        expect([key, await shownTime(frame)]).toEqual([key, timeSec]);
      }
      await page.keyboard.press("+");
      expect(await frame.textContent(".seen")).toMatch(
        /^0:0\d\.\d to 0:1\d\.\d is in view$|^0:10\.0 to 0:20\.0/,
      );
      expect(await frame.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }, { width: 390 });
  });

  testInChromium("takes the theme of the page around it, also when it changes", async () => {
    await opened(async (page, frame) => {
      const theme = () => frame.getAttribute("html", "data-theme");
      expect(await theme()).toBe("dark");
      await page.evaluate(`document.body.style.background = "rgb(250, 250, 250)"`);
      await until(async () => await theme() === "light");
    }, { background: "#111" });
  });

  testInChromium("without scripts is a picture of wave and lanes, and the browser's own player", async () => {
    await opened(async (page) => {
      const picture = (await page.locator("figure img").boundingBox())!;
      expect([picture.width > 800, picture.height > 150]).toEqual([true, true]);
      expect(await page.locator("figure audio").isVisible()).toBe(true);
      expect((await page.locator("iframe").boundingBox())?.height ?? 0).toBe(0);
    }, { scripts: false });
  });
});
