/** Every figure drawn again from its fixed data: the same bytes as committed, in both runtimes. */
import { beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { referencePictures } from "#scripts/plots/reference_pictures.ts";

const committed = [
  ...["lanes.svg", "lanes_dark.svg", "drift_heat_map.svg", "drift_heat_map_dark.svg"].map((file) =>
    `docs/images/${file}`
  ),
  ...readdirSync(join(projectRoot(), "docs", "images", "figures")).map((file) =>
    `docs/images/figures/${file}`
  ),
];
const read = (path: string) => readFile(join(projectRoot(), path), "utf8");

describe("reference pictures", () => {
  let drawn = new Map<string, string>();
  beforeAll(async () => {
    drawn = await referencePictures();
  });

  test("are those of the script", () => {
    expect([...drawn.keys()].sort()).toEqual([...committed].sort());
    expect(committed.length).toBe(14);
  });

  test.each(committed.map((path) => [path]))("%s is drawn alike", async (path) => {
    const [now, then] = [drawn.get(path)!.split("\n"), (await read(path)).split("\n")];
    const line = then.findIndex((text, i) => text !== now[i]);
    // The first line that differs says more than two whole pictures; `bun run scripts/reference_pictures.ts` draws them anew.
    expect(line < 0 ? "alike" : `line ${line + 1}: ${now[line]?.slice(0, 400)}`).toBe("alike");
    expect(now.length).toBe(then.length);
  });

  test.each(committed.map((path) => [path]))("%s stands by itself and has a name", async (path) => {
    const svg = await read(path);
    const [, titleId, descId] = /aria-labelledby="(\S+) (\S+)"/.exec(svg) ?? [];
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 720 [\d.]+"[^>]* role="img"/,
    );
    expect(svg).toMatch(new RegExp(`<title id="${titleId}">[^<]{8,}</title>`));
    expect(svg).toMatch(new RegExp(`<desc id="${descId}">[^<]{20,}</desc>`));
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|href=|NaN|undefined|Infinity/);
    expect(svg.length).toBeLessThan(300_000);
    const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith(titleId.replace(/-title$/, "")))).toBe(true);
  });
});
