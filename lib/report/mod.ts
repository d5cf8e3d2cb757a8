/** Reports as self-contained HTML pages. */
export * from "./listen.ts";
export * from "./report.ts";
export * from "./report_page.ts";
