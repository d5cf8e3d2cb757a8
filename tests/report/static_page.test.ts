import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import ts from "typescript";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";
import { fitPage } from "#lib/report/fit_page.ts";
import { embedJson, Markup, markup } from "#lib/report/markup.ts";
import { elboFigure } from "#lib/plots/elbo_figure.ts";
import { drawFigure } from "#lib/report/render_figure.ts";
import { reportPage } from "#lib/report/report_page.ts";
import { renderTable } from "#lib/report/render_table.ts";
import { patchesBetween } from "#lib/report/theme_patches.ts";
import { sampleRecording, sampleReport } from "./sample_report.ts";

describe("markup", () => {
  test("escapes what comes from data, in text and in attributes, once", () => {
    const name = `"><img src=x onerror='y'>&`;
    const escaped = "&quot;&gt;&lt;img src=x onerror=&#39;y&#39;&gt;&amp;";
    expect(markup`<a title="${name}">${markup`<b>${name}</b>`}</a>`.text)
      .toBe(`<a title="${escaped}"><b>${escaped}</b></a>`);
  });

  test("leaves out what is not there, but not 0", () => {
    expect(markup`[${undefined}${null}${false}${0}${[1, new Markup("<i>")]}]`.text).toBe("[01<i>]");
  });

  test("keeps data from ending its element", () => {
    const value = { "</script>": ["<!--", "]]>", "\u2028", "</SCRIPT "] };
    const { text } = embedJson(value);
    expect(text).not.toMatch(/[<>\u2028]/);
    expect(JSON.parse(text)).toEqual(value);
  });
});

describe("a report page", () => {
  test("names no address of the network and allows none", async () => {
    const page = await reportPage(sampleReport());
    const head = page.slice(0, page.indexOf("<style>"));
    expect(head).toMatch(/default-src &#39;none&#39;; script-src /);
    // Attributes that make a browser fetch hold data or a place in the page.
    const fetched = [
      ...page.matchAll(/<(?:script|img|audio|link|a|source|iframe)\b[^>]*?\s(?:src|href)="([^"]{0,12})/g),
    ];
    expect(fetched.length).toBeGreaterThan(5);
    expect(fetched.map(([, address]) => address).filter((address) => !/^(data:|#)/.test(address))).toEqual(
      [],
    );
  });

  test("allows exactly the scripts that it holds", async () => {
    const page = await reportPage(sampleReport());
    const policy = page.match(/Content-Security-Policy" content="([^"]*)"/)![1].replaceAll("&#39;", "'");
    const scripts = [...page.matchAll(/<script(?: type="(?:module|importmap)")?>(.*?)<\/script>/gs)];
    expect(scripts.length).toBe(4);
    for (const [, script] of scripts) {
      expect(policy).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    }
  });

  test("shows names as text, whatever they are", async () => {
    const page = await reportPage(sampleReport());
    expect(page).toContain("carol &lt;b&gt;");
    expect(page).toContain("&lt;i&gt;other&lt;/i&gt;");
    expect(page).not.toMatch(/<i>other|carol <b>/);
  });

  test("has its headings in order, and one of the first rank", async () => {
    const page = await reportPage(sampleReport());
    const ranks = [...page.matchAll(/<h(\d)/g)].map(([, rank]) => Number(rank));
    expect(ranks.filter((rank) => rank === 1).length).toBe(1);
    expect(ranks.every((rank, i) => rank <= (ranks[i - 1] ?? 0) + 1)).toBe(true);
  });

  test("takes no Plotly along where nothing is drawn with it", async () => {
    const page = await reportPage({ ...sampleReport(), sections: [] });
    expect(page.length).toBeLessThan(250_000);
  });

  test("refuses two recordings of one name", async () => {
    const report = sampleReport();
    await expect(reportPage({ ...report, sections: [...report.sections, ...report.sections] }))
      .rejects.toThrow(/Two recordings of the report are called talk/);
  });
});

describe("fitting a page", () => {
  const recording = (name: string, bytes: number) =>
    sampleRecording({ name, audio: { type: "audio/wav", bytes: new Uint8Array(bytes) } });

  test("leaves out the largest sound first, and no more than need be", () => {
    const recordings = [recording("a", 1000), recording("b", 3000), recording("c", 2000)];
    const { recordings: kept } = fitPage({ recordings, figures: [] }, 12_000);
    expect(kept.map(({ audio }) => audio !== undefined)).toEqual([true, false, true]);
  });

  test("then gives up the interaction of the largest figure", async () => {
    const bounds = (count: number) => Array.from({ length: count }, (_, i) => -1 / (i + 1));
    const figures = await Promise.all(
      [9, 400, 10].map((count) => drawFigure(elboFigure(bounds(count)), null)),
    );
    const all = figures.reduce(
      (sum, { picture, narrow, dataBytes }) => sum + picture.length + narrow.length + dataBytes,
      0,
    );
    expect(fitPage({ recordings: [], figures }, all).live).toEqual(figures);
    expect(fitPage({ recordings: [], figures }, all - 1).live).toEqual([figures[0], figures[2]]);
  });
});

describe("a page that is too large", () => {
  test("keeps every figure as a picture, without Plotly", async () => {
    const report = sampleReport(sampleRecording({ audio: undefined }));
    const [whole, tight] = [await reportPage(report), await reportPage(report, { maxBytes: 1_000_000 })];
    const live = (page: string) =>
      [...page.matchAll(/<div class="chart" [^>]*aria-label="([^"]*)"/g)].map(([, x]) => x);
    expect(live(whole)).toEqual(["Who speaks when", "Error over time", "Evidence lower bound by iteration"]);
    expect([live(tight), tight.length < 1_000_000]).toEqual([[], true]);
    expect(tight.match(/<img class="still broad"/g)?.length).toBe(3);
  });
});

describe("a table", () => {
  test("has a place for a button at a moment only where the page has the recording", () => {
    const table = {
      caption: "Moments",
      columns: [{ title: "what" }, { title: "when" }],
      rows: [["a", { text: "3 s", heardAt: { recording: "talk", startSec: 3 } }]],
    };
    expect(renderTable(table).text).not.toContain("data-seek");
    const { text } = renderTable(table, { recordings: ["other", "talk"] });
    expect(text).toContain('<span data-recording="1" data-seek="3">3 s</span>');
  });
});

describe("patches between themes", () => {
  test("hold what differs, lists of other lengths and keys of one side included", () => {
    const light = { a: [1, { b: 1 }], c: [1], d: 1, e: "x" };
    const dark = { a: [1, { b: 2 }], c: [1, 2], f: true, e: "x" };
    expect(patchesBetween(light, dark)).toEqual([
      [["a", 1, "b"], 2],
      [["c"], [1, 2]],
      [["d"], null],
      [["f"], true],
    ]);
  });
});

describe("the page's own scripts", () => {
  test("pass TypeScript's strict checks", () => {
    const folder = join(projectRoot(), "lib/report/client");
    const config = ts.readConfigFile(join(folder, "jsconfig.json"), ts.sys.readFile);
    const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, folder);
    const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options));
    expect(fileNames.length).toBeGreaterThan(8);
    expect(diagnostics.map(({ messageText, file }) => `${file?.fileName}: ${JSON.stringify(messageText)}`))
      .toEqual([]);
  });
});
