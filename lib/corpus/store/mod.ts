/** What is known of recordings, one asked for at a time. */
export { type MetadataStore, type MetadataStoreOptions, openMetadataStore } from "./metadata_store.ts";
