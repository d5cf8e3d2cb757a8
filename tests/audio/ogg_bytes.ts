/** Ogg files by their pages, for tests of what happens to them. */
import { Buffer } from "node:buffer";

/** CRC-32 of polynomial 0x04c11db7, unreflected, from 0, over a page. (RFC 3533, section 6) */
function pageCrc(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

/** The pages of a sound Ogg file. */
export function pagesOf(ogg: Uint8Array): Buffer[] {
  const pages: Buffer[] = [];
  for (let at = 0; at < ogg.length;) {
    const table = ogg.subarray(at + 27, at + 27 + ogg[at + 26]);
    const end = at + 27 + table.length + table.reduce((sum, size) => sum + size, 0);
    pages.push(Buffer.from(ogg.subarray(at, end)));
    at = end;
  }
  return pages;
}

/** The file with every page changed, its checksum made right again. */
export function sealOgg(ogg: Uint8Array, change: (page: Buffer, index: number) => void): Buffer {
  return Buffer.concat(
    pagesOf(ogg).map((page, index) => {
      change(page, index);
      page.writeUInt32LE(0, 22);
      page.writeUInt32LE(pageCrc(page), 22);
      return page;
    }),
  );
}
