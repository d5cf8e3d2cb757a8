import { readFileSync } from "node:fs";
import { oggPages } from "#lib/audio/ogg_pages.ts";
import { oggRuns } from "#lib/audio/ogg_runs.ts";
import { openFile } from "#lib/audio/open_file.ts";
import { fileURLToPath } from "node:url";

/** Path of a compressed recording of the project's own. */
export const samplePath = (name: string) =>
  fileURLToPath(new URL(`../../tests/audio/samples/${name}`, import.meta.url));

export const sampleBytes = (name: string) => new Uint8Array(readFileSync(samplePath(name)));

/** CRC-32 of polynomial 0x04c11db7, the highest bit first. (RFC 3533, section 6) */
function pageCrc(page: Uint8Array): number {
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

function page(
  packets: readonly Uint8Array[],
  options: { flags: number; granule: number; sequence: number },
): Uint8Array {
  const table = packets.flatMap((
    { length },
  ) => [...new Array(Math.floor(length / 255)).fill(255), length % 255]);
  const bytes = new Uint8Array(27 + table.length + packets.reduce((sum, { length }) => sum + length, 0));
  bytes.set(new TextEncoder().encode("OggS"));
  const view = new DataView(bytes.buffer);
  bytes[5] = options.flags;
  view.setBigInt64(6, BigInt(options.granule), true);
  view.setUint32(14, 7, true);
  view.setUint32(18, options.sequence, true);
  bytes[26] = table.length;
  bytes.set(table, 27);
  let at = 27 + table.length;
  for (const packet of packets) {
    bytes.set(packet, at);
    at += packet.length;
  }
  view.setUint32(22, pageCrc(bytes), true);
  return bytes;
}

/** The same Ogg recording with one packet of sound in each page, as live streams have them: damage costs less. */
export async function finePages(name: string): Promise<Uint8Array> {
  const file = await openFile(samplePath(name));
  const pages: Uint8Array[] = [];
  let sequence = 0;
  let last = 0;
  for await (const { granule, parts, isFirst } of oggPages(file)) {
    if (granule) last = granule;
    else pages.push(page(parts, { flags: isFirst ? 2 : 0, granule: 0, sequence: sequence++ }));
  }
  const runs = await Array.fromAsync(oggRuns(file, () => {}));
  for (const [i, { packets, start = 0, frames = 0 }] of runs.entries()) {
    const isLast = i === runs.length - 1;
    pages.push(
      page(packets, { flags: isLast ? 4 : 0, granule: isLast ? last : start + frames, sequence: sequence++ }),
    );
  }
  await file.close();
  return Uint8Array.from(pages.flatMap((bytes) => [...bytes]));
}
