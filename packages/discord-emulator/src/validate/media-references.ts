import type { FormIssue } from "../errors/form-errors.ts";
import { isJsonObject, type JsonObject } from "../json.ts";

const SCHEME = "attachment://";

/** Complaints about components that show a file which the message does not have (`attachment://name`). */
export function findMissingFiles(components: readonly JsonObject[], filenames: ReadonlySet<string>): FormIssue[] {
  const issues: FormIssue[] = [];

  function visit(value: unknown, path: readonly (string | number)[]): void {
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) visit(entry, [...path, index]);
    }
    if (!isJsonObject(value)) return;
    const { url } = value;
    if (typeof url === "string" && url.startsWith(SCHEME) && !filenames.has(url.slice(SCHEME.length))) {
      issues.push({
        path: [...path, "url"],
        code: "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
        message: `The referenced attachment was not found: ${url}`,
      });
    }
    for (const member of ["components", "accessory", "items", "media", "file"]) {
      if (member in value) visit(value[member], [...path, member]);
    }
  }

  visit(components, ["components"]);
  return issues;
}
