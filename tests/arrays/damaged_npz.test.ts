/** Zips damaged in one known place each: the error names the file, the array and the fault. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeNpy, ndArray, parseNpz, readNpz, writeNpz } from "#lib/arrays/mod.ts";
import { ZipWriter } from "#lib/arrays/zip_writer.ts";
import { refusal } from "./refusal.ts";

const q = ndArray("f8", [3], new Float64Array([0.25, 0.5, 0.25]));
const labels = ndArray("i8", [2], new BigInt64Array([0n, 1n]));

let folder = "";
let stored = new DataView(new ArrayBuffer(0));
let deflated = stored;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dialab-"));
  const read = async (compress: boolean) => {
    const path = join(folder, `${compress}.npz`);
    await writeNpz(path, { q, labels }, { compress });
    return new DataView(Uint8Array.from(await readFile(path)).buffer);
  };
  stored = await read(false);
  deflated = await read(true);
});
afterAll(() => rm(folder, { recursive: true }));

/** Where the n-th record of that signature begins. */
function find(view: DataView, signature: number, n: number): number {
  for (let at = 0; at + 4 <= view.byteLength; at++) {
    if (view.getUint32(at, true) === signature && n-- === 0) return at;
  }
  throw new Error("No such record");
}
const local = (view: DataView, n: number) => find(view, 0x04034b50, n);
const entry = (view: DataView, n: number) => find(view, 0x02014b50, n);
const end = (view: DataView) => find(view, 0x06054b50, 0);
const put16 = (view: DataView, at: number, value: number) => view.setUint16(at, value, true);
const put32 = (view: DataView, at: number, value: number) => view.setUint32(at, value, true);

type Damage = (view: DataView) => void;
/** Both sizes of member n, where the directory tells them. */
const sizes = (n: number, packed: number, size: number): Damage => (view) => {
  put32(view, entry(view, n) + 20, packed);
  put32(view, entry(view, n) + 24, size);
};

const archives: [what: string, damage: Damage, fault: string | RegExp][] = [
  [
    "directory gone",
    (view) => put32(view, end(view), 0),
    "truncated: a zip without its directory at the end",
  ],
  ["no zip at all", (view) => new Uint8Array(view.buffer).fill(7), "not an npz: no zip directory at its end"],
  [
    "directory past the end",
    (view) => put32(view, end(view) + 16, 1e6),
    "corrupt zip: its directory lies outside",
  ],
  ["another disk", (view) => put16(view, end(view) + 4, 1), "corrupt zip: it is one of several disks"],
  [
    "60000 members",
    (view) => [8, 10].forEach((at) => put16(view, end(view) + at, 60000)),
    /^corrupt zip: its directory of \d+ bytes cannot list 60000 members$/,
  ],
  [
    "one member fewer",
    (view) => [8, 10].forEach((at) => put16(view, end(view) + at, 1)),
    "corrupt zip: 56 bytes follow the 1 member in its directory",
  ],
  [
    "a wrong signature",
    (view) => put32(view, entry(view, 1), 0),
    /^corrupt zip: .* wrong signature \(entry 2 of/,
  ],
  [
    "a name past the end",
    (view) => put16(view, entry(view, 1) + 28, 9999),
    /its directory ends early \(entry 2/,
  ],
];

const members: [what: string, packed: boolean, damage: Damage, fault: string | RegExp][] = [
  ["encrypted", false, (view) => put16(view, entry(view, 0) + 8, 1), "encrypted, which is not read"],
  ["packed by bzip2", false, (view) => put16(view, entry(view, 0) + 10, 12), /^packed by zip method 12;/],
  [
    "no local header",
    false,
    (view) => put32(view, local(view, 0), 0),
    /^corrupt zip: its local header does not agree/,
  ],
  [
    "another local name",
    false,
    (view) => view.setUint8(local(view, 0) + 30, 0x70),
    /^corrupt zip: its local header/,
  ],
  ["stored in fewer bytes", false, sizes(0, 100, 152), "corrupt zip: stored as 100 of 152 bytes"],
  [
    "one byte fewer of both",
    false,
    sizes(0, 151, 151),
    "truncated: the header announces 3 values (24 bytes), 23 bytes are left",
  ],
  ["nothing stored", false, sizes(0, 0, 0), "not an npy array: it is empty"],
  ["a flipped bit", false, (view) => view.setUint8(local(view, 0) + 180, 1), /^corrupt: its CRC-32 is /],
  ["another CRC-32", true, (view) => put32(view, entry(view, 0) + 16, 7), /the zip says 00000007$/],
  [
    "broken deflate",
    true,
    (view) => view.setUint8(local(view, 0) + 35, 0xff),
    /^corrupt: its deflated bytes do not unpack/,
  ],
  [
    "4 GB announced from some bytes",
    true,
    (view) => put32(view, entry(view, 0) + 24, 0xfffffffe),
    /^corrupt zip: \d+ deflated bytes cannot hold the 4294967294 announced$/,
  ],
  [
    "more announced than unpacks",
    true,
    (view) => put32(view, entry(view, 0) + 24, 153),
    /^corrupt: the header announces 3 values \(24 bytes\), 25 bytes follow$/,
  ],
  [
    "less announced than unpacks",
    true,
    (view) => put32(view, entry(view, 0) + 24, 151),
    /^truncated: the header announces 3 values \(24 bytes\), 23 bytes are left$/,
  ],
  [
    "deflate cut short",
    true,
    (view) => put32(view, entry(view, 0) + 20, view.getUint32(entry(view, 0) + 20, true) - 3),
    /^corrupt: its deflated bytes do not unpack/,
  ],
  [
    "deflate that ends before its bytes do",
    true,
    (view) => {
      // An empty last block; the rest of the member is then left over.
      view.setUint8(local(view, 0) + 35, 3);
      view.setUint8(local(view, 0) + 36, 0);
    },
    /^corrupt zip: \d+ bytes follow its deflated ones$/,
  ],
];

function damaged(view: DataView, damage: Damage): Uint8Array {
  const copy = new DataView(view.buffer.slice(0));
  damage(copy);
  return new Uint8Array(copy.buffer);
}

function check(fault: string, wanted: string | RegExp): void {
  if (typeof wanted === "string") expect(fault).toBe(wanted);
  else expect(fault).toMatch(wanted);
}

describe("a damaged archive", () => {
  test.each(archives)("%s", async (_, damage, fault) => {
    const bytes = damaged(stored, damage);
    const error = await refusal(() => parseNpz(bytes, { name: "x.npz" }));
    check(error.fault, fault);
    expect(error.message).toBe(`x.npz: ${error.fault}`);
    const path = join(folder, "damaged.npz");
    await writeFile(path, bytes);
    expect((await refusal(() => readNpz(path))).message).toBe(`${path}: ${error.fault}`);
  });

  test("nothing at all", async () => {
    check((await refusal(() => parseNpz(new Uint8Array(0)))).message, "bytes: not an npz: it is empty");
  });

  test("an npy by mistake", async () => {
    check((await refusal(() => parseNpz(encodeNpy(q)))).fault, "not an npz but a single npy");
  });

  test("the same name twice", async () => {
    const path = join(folder, "twice.npz");
    await writeNpz(path, { qq: q, "qq.npy": labels });
    const view = new DataView(Uint8Array.from(await readFile(path)).buffer);
    // "qq.npy.npy" without its last four letters, in the directory.
    const at = entry(view, 1);
    put16(view, at + 28, 6);
    put16(view, at + 32, 4);
    const arrays = await parseNpz(new Uint8Array(view.buffer), { name: "x.npz" });
    const error = await refusal(() => arrays.qq);
    check(error.message, 'x.npz: array "qq": corrupt: it is there twice');
  });

  test("every truncation, stored and deflated", async () => {
    for (const view of [stored, deflated]) {
      for (let length = 0; length < view.byteLength; length++) {
        await refusal(() => parseNpz(new Uint8Array(view.buffer, 0, length)));
      }
    }
  });
});

describe("a damaged member", () => {
  test.each<[what: string, damage: Damage, whole: string, fault: string]>([
    [
      "into the next",
      (view) => put32(view, entry(view, 1) + 42, 1),
      "labels",
      'array "q": corrupt zip: it reaches into member "labels.npy"',
    ],
    [
      "into the directory",
      sizes(1, 9999, 9999),
      "q",
      'array "labels": corrupt zip: it reaches into the directory',
    ],
  ])("that reaches %s is not read, so that nothing is unpacked twice", async (_, damage, other, fault) => {
    const arrays = await parseNpz(damaged(stored, damage), { name: "x.npz" });
    const at = other === "q" ? "labels" : "q";
    expect((await refusal(() => arrays[at])).message).toBe(`x.npz: ${fault}`);
    // Moved onto another, a member finds no header of its own; one in its place is whole.
    if (other === "q") expect([...arrays.q.data]).toEqual([0.25, 0.5, 0.25]);
    else expect((await refusal(() => arrays.labels)).fault).toMatch(/its local header does not agree/);
  });

  test("a name without the flag for UTF-8 is in code page 437", async () => {
    const arrays = await parseNpz(damaged(stored, (view) => {
      for (const at of [entry(view, 0) + 46, local(view, 0) + 30]) view.setUint8(at, 0x84);
    }));
    expect([...arrays["ä"].data]).toEqual([0.25, 0.5, 0.25]);
  });

  test.each(members)("%s", async (_, packed, damage, fault) => {
    const bytes = damaged(packed ? deflated : stored, damage);
    const arrays = await parseNpz(bytes, { name: "x.npz" });
    const error = await refusal(() => arrays.q);
    check(error.fault, fault);
    expect(error.message).toBe(`x.npz: array "q": ${error.fault}`);
    expect([...arrays.labels.data]).toEqual([0n, 1n]);
    expect((await refusal(() => parseNpz(bytes, { only: ["q"], name: "x.npz" }))).message).toBe(
      error.message,
    );
    const neighbour = await parseNpz(bytes, { only: ["labels"] });
    expect([...neighbour.labels.data]).toEqual([0n, 1n]);
  });

  test.each<[what: string, add: number, fault: string]>([
    ["unpacks to more", 1, "corrupt zip: it unpacks to more than the 152 bytes announced"],
    ["unpacks to less", -1, "truncated: the values end early"],
  ])("deflated, it %s than the zip and its own header say", async (_, add, fault) => {
    const npy = encodeNpy(q);
    const content = new Uint8Array(npy.length + add);
    content.set(npy.subarray(0, content.length));
    const path = join(folder, "other_length.npz");
    const handle = await open(path, "w");
    const zip = new ZipWriter(handle, { compress: true });
    await zip.add("q.npy", Object.assign([content], { byteLength: npy.length }));
    await zip.finish();
    await handle.close();
    const arrays = await readNpz(path);
    check((await refusal(() => arrays.q)).message, `${path}: array "q": ${fault}`);
  });
});
