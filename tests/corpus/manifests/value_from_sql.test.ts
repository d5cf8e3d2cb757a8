import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
} from "@duckdb/node-api";
import { expect, test } from "bun:test";
import { valueFromSql } from "#lib/corpus/manifests/value_from_sql.ts";

/** Seconds after 1970, at 2001-09-09T01:46:39. */
const AT = 999_999_999n;

test.each<[string, unknown, unknown]>([
  ["TIMESTAMP_S", new DuckDBTimestampSecondsValue(AT), "2001-09-09T01:46:39"],
  ["TIMESTAMP_MS", new DuckDBTimestampMillisecondsValue(AT * 1000n + 7n), "2001-09-09T01:46:39.007"],
  ["TIMESTAMP", new DuckDBTimestampValue(AT * 1_000_000n + 7n), "2001-09-09T01:46:39.000007"],
  ["TIMESTAMP_NS", new DuckDBTimestampNanosecondsValue(AT * 10n ** 9n + 7n), "2001-09-09T01:46:39.000000007"],
  ["TIMESTAMP WITH TIME ZONE", new DuckDBTimestampTZValue(AT * 1_000_000n), "2001-09-09T01:46:39Z"],
  ["TIME", new DuckDBTimeValue(6_399_000_000n), "01:46:39"],
  ["DATE", new DuckDBDateValue(11_574), "2001-09-09"],
  ["INTERVAL", new DuckDBIntervalValue(1, 2, 3n), 32n * 86_400_000_000n + 3n],
  ["DECIMAL(5,2)", new DuckDBDecimalValue(-12_345n, 5, 2), "-123.45"],
  ["BIGINT", 2n ** 53n - 1n, 2 ** 53 - 1],
  ["BIGINT", 2n ** 53n, 2n ** 53n],
])("%s", (sqlType, value, expected) => expect(valueFromSql(value, sqlType)).toEqual(expected));
