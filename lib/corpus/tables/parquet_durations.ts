/** Under this key of a Parquet file stands which columns are durations, as a list in JSON: Parquet itself has no such type. */
export const DURATIONS = "dialab.durations";
