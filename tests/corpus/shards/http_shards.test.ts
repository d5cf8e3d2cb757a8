/** Shards on a web server, a local one that does what servers do: ranges, redirects, hiccups, and files that change. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import { httpShards, type HttpShardsOptions } from "#lib/corpus/shards/http_shards.ts";
import { readShardIndex, SHARD_INDEX_NAME } from "#lib/corpus/shards/shard_index_file.ts";
import { ShardError } from "#lib/corpus/shards/shard_error.ts";
import { openShards } from "#lib/corpus/shards/shard_reader.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { madeSample, scratchFolder } from "./made_shards.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let folder: Disposable & { readonly path: string };
let host: string;
const requests: IncomingMessage[] = [];
/** What the server does with the next requests, in place of what it should. */
let odd: (Answer | undefined)[] = [];
let etag = '"one"';

const server = createServer((request, response) => {
  requests.push(request);
  const answer = odd.shift() ?? ranges;
  answer(request, response);
});

/** As a server should. */
const ranges: Answer = (request, response) => {
  const bytes = readFileSync(join(folder.path, decodeURIComponent(request.url!.replace(/^\/data\//, ""))));
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range!)!.map(Number);
  response.writeHead(206, {
    "content-range": `bytes ${first}-${last}/${bytes.length}`,
    "content-length": last + 1 - first,
    etag,
  });
  response.end(bytes.subarray(first, last + 1));
};
const status = (code: number, headers: Record<string, string> = {}): Answer => (_, response) => {
  response.writeHead(code, headers).end("not now");
};
/** Half of the part, and then the connection is gone. */
const breaking: Answer = (request, response) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range!)!.map(Number);
  const { length: size } = readFileSync(join(folder.path, "shards-000000.tar"));
  response.writeHead(206, {
    "content-range": `bytes ${first}-${last}/${size}`,
    "content-length": last + 1 - first,
    etag,
  });
  response.write(new Uint8Array(Math.floor((last + 1 - first) / 2)), () => response.destroy());
};

beforeAll(async () => {
  folder = scratchFolder();
  const writer = await openShardWriter(folder.path);
  for (let i = 0; i < 5; i++) {
    await writer.add(madeSample(`rec.${i}_0000`, { wavId: `rec.${i}`, samples: 400 + i }));
  }
  await writer.close();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder[Symbol.dispose]();
});
beforeEach(() => {
  requests.length = 0;
  odd = [];
  etag = '"one"';
});

const index = () => readShardIndex(join(folder.path, SHARD_INDEX_NAME));
const opener = (options: Partial<HttpShardsOptions> = {}) =>
  httpShards({ baseUrl: `http://${host}/data/`, hosts: [host], backoffMs: 1, ...options });

async function readFirst(options: Partial<HttpShardsOptions> = {}, signal?: AbortSignal) {
  const known = await index();
  await using reader = openShards(known, { open: opener(options) });
  return await reader.read(known.samples[0], "wav", { signal });
}

describe("shards on a web server", () => {
  test("are read by ranges: only what passes a filter, with the bytes of the file", async () => {
    const known = await index();
    await using near = await openWebDataset(known, { wavIds: ["rec.1", "rec.3"] });
    await using far = await openWebDataset(known, { wavIds: ["rec.1", "rec.3"], open: opener() });
    const ids: string[] = [];
    for await (const { batch } of speechBatches(far, { batchSize: 1 })) {
      ids.push(...batch.ids);
      expect(batch.waveforms.data).toEqual((await near.load(batch.ids[0])).waveform[0] as never);
    }
    expect(ids.sort()).toEqual(["rec.1_0000", "rec.3_0000"]);
    expect(requests.length).toBe(2);
    const asked = requests.map(({ headers }) => headers.range).sort();
    const places = known.samples.filter((_, i) => i === 1 || i === 3).map(({ members }) => {
      const [first, last] = [members[0], members.at(-1)!];
      return `bytes=${first.offset - 512}-${last.offset + last.bytes - 1}`;
    });
    expect(asked).toEqual(places.sort());
  });

  test("no host is asked that was not named, also not by a redirect, and what is sent stays with the first", async () => {
    expect(() => opener({ hosts: ["127.0.0.1"] })).toThrow(
      `${host} is none of the hosts that may be asked: 127.0.0.1`,
    );
    expect(() => opener({ baseUrl: "file:///etc/" })).toThrow("file: is not read");
    expect(() => opener({ baseUrl: "talks" })).toThrow('"talks" is no URL');
    odd = [status(302, { location: "http://127.0.0.2:1/x" })];
    await expect(readFirst()).rejects.toThrow(/leads to another host: 127.0.0.2:1 is none of the hosts/);
    expect(requests.length).toBe(1);
    const { port } = server.address() as AddressInfo;
    const other = `localhost:${port}`;
    odd = [status(307, { location: `http://${other}/data/shards-000000.tar` })];
    requests.length = 0;
    await readFirst({ hosts: [host, other], headers: { authorization: "Bearer x" } });
    expect(requests.map(({ headers }) => [headers.host, headers.authorization])).toEqual([
      [host, "Bearer x"],
      [other, undefined],
    ]);
    odd = Array.from({ length: 9 }, () => status(302, { location: "/data/again" }));
    await expect(readFirst()).rejects.toThrow("leads on and on");
  });

  test("what fails on the way is tried again, a few times", async () => {
    const whole = await readFirst();
    odd = [status(503), breaking, status(429, { "retry-after": "0" }), (request) => request.socket.destroy()];
    requests.length = 0;
    expect(await readFirst()).toEqual(whole);
    expect(requests.length).toBeGreaterThanOrEqual(5);
    odd = Array.from({ length: 9 }, () => status(503));
    requests.length = 0;
    const error = await readFirst({ retries: 2 }).catch((error) => error);
    expect(error).toBeInstanceOf(ShardError);
    expect(error.message).toBe(`http://${host}/data/shards-000000.tar: answered 503, 3 times.`);
    expect(requests.length).toBe(3);
    odd = [() => {}];
    expect(await readFirst({ timeoutMs: 50 })).toEqual(whole);
  });

  test.each([["7", 7000], ["86400", 30_000], ["Wed, 21 Oct 2015 07:28:00 GMT", 17]])(
    "a host that asks to come again after %j is asked again after %d ms",
    async (after, waitMs) => {
      const whole = await readFirst();
      odd = [status(503, { "retry-after": after })];
      const { setTimeout } = globalThis, waits: number[] = [];
      // The wait itself is left out.
      globalThis.setTimeout = ((work: () => void, ms = 0, ...more: []) => {
        waits.push(ms);
        return setTimeout(work, ms === waitMs ? 0 : ms, ...more);
      }) as typeof setTimeout;
      try {
        expect(await readFirst({ backoffMs: 17 })).toEqual(whole);
      } finally {
        globalThis.setTimeout = setTimeout;
      }
      expect(waits).toContain(waitMs);
    },
  );

  test.each([
    ["a host that knows no ranges", status(200), "answered with the whole file (200)"],
    ["a file that is not there", status(404), "answered 404, where 206 is needed"],
    ["no word of the place", status(206), "without the place of the part"],
    ["another length", status(206, { "content-range": "bytes 0-9/10" }), "it has 10 bytes, not"],
    [
      "a length that is shorter than asked",
      status(416, { "content-range": "bytes */10" }),
      "it has 10 bytes, not",
    ],
  ])("%s is an error at once", async (_, answer, fault) => {
    odd = [answer];
    await expect(readFirst()).rejects.toThrow(fault);
    expect(requests.length).toBe(1);
  });

  test("another part than the one asked for is refused, and so is one that is packed", async () => {
    const { shards: [{ bytes }] } = await index();
    odd = [status(206, { "content-range": `bytes 0-6/${bytes}` })];
    await expect(readFirst()).rejects.toThrow("gave another part than bytes 1024 to 2379: bytes 0-6/");
    const packed = { "content-range": `bytes 1024-2379/${bytes}`, "content-encoding": "zstd2" };
    odd = [status(206, packed)];
    await expect(readFirst()).rejects.toThrow("gave its bytes packed (zstd2)");
  });

  test("a file that changes while it is read is an error", async () => {
    const known = await index();
    await using reader = openShards(known, { open: opener() });
    await reader.read(known.samples[0], "wav");
    etag = '"two"';
    await expect(reader.read(known.samples[1], "wav")).rejects.toThrow(
      'changed while it was read: it was "one" and is "two"',
    );
  });

  test("a signal ends the waiting, for an answer and for another try", async () => {
    for (const answer of [() => {}, status(503, { "retry-after": "20" })]) {
      odd = [answer];
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("enough")), 30);
      await expect(readFirst({}, controller.signal)).rejects.toThrow("enough");
    }
  });
});
