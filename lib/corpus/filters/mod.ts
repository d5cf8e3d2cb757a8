/** What filters ask of which stage. */
export { type FilterConditionParts, filterConditions } from "./filter_conditions.ts";
