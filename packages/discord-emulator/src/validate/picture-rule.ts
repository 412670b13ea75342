import { LIMITS } from "./limits.ts";
import type { TextRule } from "./rule.ts";

const DATA_URI = /^data:image\/(?:png|jpe?g|gif|webp);base64,([A-Za-z0-9+/]+={0,2})$/;

/** A picture in a body: a data URI of PNG, JPEG, GIF or WebP (docs: reference, "Image Data"). Nobody looks into the picture. */
export const PICTURE: TextRule = {
  kind: "text",
  maxCount: LIMITS.requestBytes,
  checks: [
    {
      code: "IMAGE_INVALID",
      complain: (text) => (DATA_URI.test(text) ? undefined : "Invalid image data"),
    },
    {
      code: "BINARY_TYPE_MAX_SIZE",
      complain(text) {
        const sizeBytes = Buffer.byteLength(text.slice(text.indexOf(",") + 1), "base64");
        return sizeBytes <= LIMITS.fileBytes
          ? undefined
          : `File cannot be larger than ${LIMITS.fileBytes / 1024}.0 kb.`;
      },
    },
  ],
};
