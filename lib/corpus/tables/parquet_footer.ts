import type { ParquetBytes } from "./parquet_bytes.ts";
import { parquetFault } from "./parquet_fault.ts";
import { parquetPlan, type ParquetPlanParts } from "./parquet_plan.ts";
import { checkParquetSeal } from "./parquet_seal.ts";
import { TableError } from "./table_error.ts";
import { checkThrift } from "./thrift_check.ts";

/**
 * Reads the footer of a Parquet file, and holds the whole to its seal where it has one. Loads hyparquet.
 *
 * @throws {TableError} that names the file when it is no Parquet file, or a damaged one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * import { openParquetPlan } from "#lib/corpus/tables/parquet_footer.ts";
 * const bytes = parquetBytesOf(new Uint8Array(20));
 * await assert.rejects(openParquetPlan(bytes, { name: "a.parquet" }), /^TableError: a\.parquet is no Parquet file/);
 * ```
 */
export async function openParquetPlan(
  bytes: ParquetBytes,
  { name }: { readonly name: string },
): Promise<ParquetPlanParts> {
  const { byteLength } = bytes;
  const magic = async (start: number) => String.fromCharCode(...await bytes.read(start, start + 4));
  if (byteLength < 12 || await magic(0) !== "PAR1") {
    throw new TableError(`${name} is no Parquet file: it does not begin with PAR1.`);
  }
  const end = await magic(byteLength - 4);
  if (end !== "PAR1") {
    const fault = end === "PARE" ? "encrypted" : "damaged or not whole: it does not end in PAR1";
    throw new TableError(`${name} is ${fault}.`);
  }
  try {
    await checkParquetSeal(bytes);
    const tail = await bytes.read(byteLength - 8, byteLength);
    const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
    if (footerBytes > byteLength - 12) {
      throw new RangeError(`It has ${byteLength} bytes, and a footer of ${footerBytes}.`);
    }
    const footer = await bytes.read(byteLength - 8 - footerBytes, byteLength);
    checkThrift(footer.subarray(0, footerBytes));
    const { parquetMetadata, parquetSchema } = await import("hyparquet");
    const metadata = parquetMetadata(footer, { geoparquet: false });
    return parquetPlan(metadata, parquetSchema(metadata));
  } catch (error) {
    throw parquetFault(name, error, "its footer cannot be read");
  }
}
