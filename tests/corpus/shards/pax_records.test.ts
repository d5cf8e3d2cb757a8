import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { parsePaxRecords } from "#lib/corpus/shards/pax_records.ts";

const parsed = (text: string) => {
  const records = parsePaxRecords(Uint8Array.from(Buffer.from(text)));
  return records && Object.fromEntries(records);
};

describe("pax records", () => {
  test("may have keys and values of any length, and what they say last counts", () => {
    expect(parsed("6 a=b\n")).toEqual({ a: "b" });
    expect(parsed("5 a=\n")).toEqual({ a: "" });
    expect(parsed("12 path=x=y\n6 a=b\n6 a=c\n")).toEqual({ path: "x=y", a: "c" });
    expect(parsed("11 a=b\nc=d\n")).toEqual({ a: "b\nc=d" });
    expect(parsed(`1000 a=${"b".repeat(992)}\n\0\0`)).toEqual({ a: "b".repeat(992) });
    expect(parsed("")).toEqual({});
  });

  test.each([
    ["no key", "5 =b\n"],
    ["no sign between key and value", "6 abc\n"],
    ["nothing", "3 \n"],
    ["another length", "7 a=b\n"],
    ["a length before its end", "5 a=b\n"],
    ["no length", " a=b\n"],
    ["no length behind a record", "6 a=b\n a=b\n"],
    ["length 0", "0 a=b\n"],
    ["a length that ends within itself", "1 \n"],
    ["no space behind the length", "6xa=b\n"],
    ["a length of too many digits", "10000000000000000000006 a=b\n"],
    ["no end", "6 a=bc"],
    ["something behind NULs", "6 a=b\n\0\x31"],
  ])("with %s are none", (_, text) => expect(parsed(text)).toBe(undefined));
});
