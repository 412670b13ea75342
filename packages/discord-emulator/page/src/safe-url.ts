/** The address when it is one that a link may point to (http or https), otherwise null: `javascript:` and its relatives never become links. */
export function safeUrl(text: string | undefined): URL | null {
  const url = text === undefined ? null : URL.parse(text);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : null;
}
