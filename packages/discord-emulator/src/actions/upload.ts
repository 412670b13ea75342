/** A file of a multipart body; `index` is the n of its part name `files[n]`. */
export interface Upload {
  readonly index: string;
  readonly filename: string;
  readonly contentType: string | undefined;
  readonly content: Uint8Array;
}
