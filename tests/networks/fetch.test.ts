/** Downloads from a server of the test's own, on loopback. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download, type WantedFile } from "../../scripts/fetch/download.ts";
import { byHand, fetchFiles, notPublished } from "../../scripts/fetch/fetch_files.ts";
import { ProgressLine } from "../../scripts/fetch/progress_line.ts";

const CONTENT = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

let server: Server;
let folder = "";
/** What the server was asked: path, Range and Authorization. */
let asked: { path: string; range: string | undefined; authorization: string | undefined }[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** Sends the content from where the range begins, cut off after `most` bytes. */
function send(request: IncomingMessage, response: ServerResponse, most = Infinity): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from >= CONTENT.length) return void response.writeHead(416).end();
  const length = CONTENT.length - from;
  const head = {
    "Content-Length": length,
    "Content-Range": `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`,
  };
  response.writeHead(request.headers.range ? 206 : 200, head);
  if (most >= length) return void response.end(CONTENT.subarray(from));
  // Cut once the client has had time to take what was sent.
  response.write(CONTENT.subarray(from, from + most), () => setTimeout(() => response.destroy(), 100));
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = "", headers: { range, authorization } } = request;
    asked.push({ path: url, range, authorization });
    answer(request, response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  if (folder !== "") await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), "dialab-fetch-"));
  asked = [];
  answer = send;
});
afterAll(() => rm(folder, { recursive: true }));

function wanted(change: Partial<WantedFile> = {}): WantedFile {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/weights.onnx`;
  return {
    name: "weights",
    path: join(folder, "deep", "weights.onnx"),
    sha256: SHA256,
    bytes: CONTENT.length,
    url,
    ...change,
  };
}

/** Names below a folder; none where it is not there. */
const below = (path: string) => readdir(path, { recursive: true }).then((names) => names.sort(), () => []);
const there = () => below(join(folder, "deep"));

describe("a download", () => {
  test("puts the file in its place, tells how far it is, and leaves nothing else", async () => {
    const steps: number[] = [];
    await download(wanted(), { onProgress: (received) => steps.push(received) });
    expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
    expect(await there()).toEqual(["weights.onnx"]);
    expect(steps.at(-1)).toBe(CONTENT.length);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  test("goes on where a connection was cut", async () => {
    let cuts = 2;
    answer = (request, response) => send(request, response, cuts-- > 0 ? 90_000 : Infinity);
    await download(wanted());
    expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
    expect(asked.length).toBe(3);
    expect(asked[0].range).toBeUndefined();
    expect(asked.slice(1).every(({ range }) => /^bytes=[1-9]\d*-$/.test(range ?? ""))).toBe(true);
  });

  test("that is cut too often keeps what came, and the next one goes on", async () => {
    answer = (request, response) => send(request, response, 50_000);
    await expect(download(wanted(), { retries: 0 })).rejects.toThrow(
      /broke off after \d+ of 300000 bytes.*next try goes on/,
    );
    expect(await there()).toEqual(["weights.onnx.part"]);
    answer = send;
    await download(wanted());
    expect(asked.at(-1)?.range).toMatch(/^bytes=[1-9]/);
    expect(await there()).toEqual(["weights.onnx"]);
  });

  test("that is stopped leaves only the part file", async () => {
    const stop = new AbortController();
    answer = (request, response) => {
      send(request, response, 50_000);
      setTimeout(() => stop.abort(new Error("stopped by the user")), 30);
    };
    await expect(download(wanted(), { signal: stop.signal })).rejects.toThrow(/stopped by the user/);
    expect(await there()).toEqual(["weights.onnx.part"]);
    expect(asked.length).toBe(1);
  });

  test("that stalls counts as cut", async () => {
    answer = (request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      if (from > 0) return send(request, response);
      response.writeHead(200, { "Content-Length": CONTENT.length }).write(CONTENT.subarray(0, 1000));
    };
    await download(wanted(), { stallMs: 200 });
    expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
    expect(asked[1].range).toBe("bytes=1000-");
  });

  test("starts over with a server that knows no ranges", async () => {
    await download(wanted()).then(() => rm(wanted().path));
    await writeFile(`${wanted().path}.part`, CONTENT.subarray(0, 1234));
    answer = (_, response) => void response.writeHead(200, { "Content-Length": CONTENT.length }).end(CONTENT);
    await download(wanted());
    expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
  });

  test("starts over once when the part was another file's", async () => {
    await download(wanted()).then(() => rm(wanted().path));
    for (const length of [1234, CONTENT.length, CONTENT.length + 5]) {
      await writeFile(`${wanted().path}.part`, new Uint8Array(length));
      await download(wanted());
      expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
      expect(await there()).toEqual(["weights.onnx"]);
      await rm(wanted().path);
    }
  });

  test("refuses a wrong checksum and leaves nothing in place", async () => {
    await expect(download(wanted({ sha256: "0".repeat(64) }))).rejects.toThrow(
      /is not the file: 300000 bytes of another sha256/,
    );
    expect(await there()).toEqual([]);
  });

  test("refuses another size before anything is written", async () => {
    await expect(download(wanted({ bytes: 17 }))).rejects.toThrow(/has 300000 bytes, the file has 17/);
    expect(await there()).toEqual([]);
  });

  test("tells what the server answered", async () => {
    answer = (_, response) => void response.writeHead(404).end();
    await expect(download(wanted())).rejects.toThrow(/weights\.onnx answered 404/);
    answer = (_, response) => void response.writeHead(401).end();
    await expect(download(wanted())).rejects.toThrow(/401.*HF_TOKEN/);
    expect(await there()).toEqual([]);
  });

  test("tells that no server can be reached", async () => {
    await expect(download(wanted({ url: "http://127.0.0.1:1/x" }), { retries: 1 })).rejects.toThrow(
      /cannot be reached/,
    );
  });
});

describe("fetching a list", () => {
  test("leaves what is there, fetches the rest, and goes on after a failure", async () => {
    const absent = wanted({ name: "absent", path: join(folder, "absent.onnx"), url: `${wanted().url}?404` });
    answer = (request, response) =>
      request.url?.endsWith("404") ? void response.writeHead(404).end() : send(request, response);
    const first = await fetchFiles([absent, wanted()], { hubToken: "secret" });
    expect([first.fetched, first.present, first.missing].map((files) => files.map(({ name }) => name)))
      .toEqual([
        ["weights"],
        [],
        ["absent"],
      ]);
    expect(asked.every(({ authorization }) => authorization === undefined)).toBe(true);
    const requests = asked.length;
    expect((await fetchFiles([wanted()])).present.length).toBe(1);
    expect(asked.length).toBe(requests);
  });

  test("replaces a file that is there with another sum", async () => {
    await download(wanted());
    await writeFile(wanted().path, "damaged");
    expect((await fetchFiles([wanted()])).fetched.length).toBe(1);
    expect((await readFile(wanted().path)).equals(CONTENT)).toBe(true);
  });

  test("a host that cannot be reached is told once, and no folder appears", async () => {
    const lines: string[] = [];
    const gone = ["a", "b", "c"].map((name) =>
      wanted({ name, path: join(folder, "gone", name, "x.npz"), url: `http://127.0.0.1:1/${name}` })
    );
    const { missing, fetched } = await fetchFiles([...gone, wanted()], {
      onLine: (line) => lines.push(line),
      retries: 1,
    });
    expect([missing.map(({ name }) => name), fetched.map(({ name }) => name)]).toEqual([["a", "b", "c"], [
      "weights",
    ]]);
    expect(lines.length).toBe(2);
    expect(lines[1]).toMatch(/^error: 127\.0\.0\.1:1 cannot be reached \(.*\); 3 files are not fetched$/);
    expect(await below(folder)).toEqual(["deep", "deep/weights.onnx"]);
  });

  describe("of a folder that is to appear whole", () => {
    const captured = (file: string, change: Partial<WantedFile> = {}) => {
      const whole = { folder: join(folder, "captures", "talk"), staging: join(folder, ".fetch", "talk") };
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}/${file}`;
      return wanted({ name: `talk/${file}`, path: join(whole.folder, file), url, whole, ...change });
    };
    const files = ["a.npz", "b.npz", "c.npz"];
    const all = () => files.map((file) => captured(file));
    const whole = ["captures", "captures/talk", ...files.map((file) => `captures/talk/${file}`)];
    const failing = (name: string) => {
      answer = (request, response) =>
        request.url === `/${name}` ? void response.writeHead(500).end() : send(request, response);
    };

    test("all come: it is there, and nothing else", async () => {
      expect((await fetchFiles(all())).missing).toEqual([]);
      expect(await below(folder)).toEqual(whole);
      expect((await fetchFiles(all())).present.length).toBe(3);
    });

    test.each(files)("without %s it is not there; the next try fetches that alone", async (name) => {
      failing(name);
      expect((await fetchFiles(all())).missing.length).toBe(1);
      expect(await below(join(folder, "captures"))).toEqual([]);
      answer = send;
      asked = [];
      expect((await fetchFiles(all())).missing).toEqual([]);
      expect(asked.map(({ path }) => path)).toEqual([`/${name}`]);
      expect(await below(folder)).toEqual(whole);
    });

    test("a damaged file of it stays until the right one is there, and a file of somebody's own stays", async () => {
      await fetchFiles(all());
      await writeFile(join(folder, "captures", "talk", "b.npz"), "damaged");
      await writeFile(join(folder, "captures", "talk", "notes.txt"), "mine");
      failing("b.npz");
      await fetchFiles(all());
      expect(await readFile(join(folder, "captures", "talk", "b.npz"), "utf8")).toBe("damaged");
      answer = send;
      expect((await fetchFiles(all())).fetched.length).toBe(1);
      expect((await readFile(join(folder, "captures", "talk", "b.npz"))).equals(CONTENT)).toBe(true);
      expect(await below(folder)).toEqual([...whole, "captures/talk/notes.txt"].sort());
    });

    test("offline and no host: nothing appears", async () => {
      await fetchFiles(all(), { offline: true });
      await fetchFiles(files.map((file) => captured(file, { url: `http://127.0.0.1:1/${file}` })), {
        retries: 1,
      });
      expect(await below(folder)).toEqual([]);
    });
  });

  test("offline asks nobody and says what to put where", async () => {
    const unpublished = wanted({ name: "own", url: undefined, bytes: undefined });
    const { missing } = await fetchFiles([wanted(), unpublished], { offline: true });
    expect(asked).toEqual([]);
    expect(notPublished(missing, ["a", "b"])).toBe(
      "own is not published and cannot be fetched. Published are a, b.",
    );
    expect(notPublished([unpublished, unpublished], ["a"])).toContain(
      "own, own are not published and cannot ",
    );
    expect(notPublished([wanted()], ["a"])).toBeUndefined();
    const text = byHand(missing);
    for (
      const part of [
        wanted().path,
        "300000 bytes",
        SHA256,
        wanted().url ?? "",
        "size   not known",
        "from   nowhere: not published",
      ]
    ) {
      expect(text).toContain(part);
    }
  });
});

describe("progress", () => {
  test("is redrawn on a terminal, and a line every quarter elsewhere", () => {
    let now = 0;
    const written = (isTTY: boolean) => {
      const texts: string[] = [];
      const progress = new ProgressLine({ isTTY, write: (text: string) => void texts.push(text) }, () => now);
      for (let done = 0; done <= 10; done++, now += 1000) progress.update("a", done * 1e6, 1e7);
      progress.line("a: fetched");
      return texts;
    };
    const bar = written(true);
    expect(bar.length).toBe(12);
    expect(bar[5]).toBe("\ra [###############...............] 50 % 5.0 MB of 10.0 MB, 1.0 MB/s\x1b[K");
    expect(written(false).map((text) => text.slice(0, 3))).toEqual(["a [", "a [", "a [", "a [", "a: "]);
  });
});
