/** One complaint about one place of a request body. `path` is empty for the body as a whole. */
export interface FormIssue {
  readonly path: readonly (string | number)[];
  readonly code: string;
  readonly message: string;
}

/** Discord's error tree: keys and list positions lead to an `_errors` list. */
export interface FormErrors {
  [key: string]: FormErrors | { readonly code: string; readonly message: string }[];
}

/** Builds Discord's error tree (docs: reference, "Error Messages"). */
export function toFormErrors(issues: readonly FormIssue[]): FormErrors {
  const root: FormErrors = {};
  for (const { path, code, message } of issues) {
    let node = root;
    for (const step of path) {
      const key = String(step);
      node[key] ??= {};
      node = node[key] as FormErrors;
    }
    node._errors ??= [];
    (node._errors as { code: string; message: string }[]).push({ code, message });
  }
  return root;
}
