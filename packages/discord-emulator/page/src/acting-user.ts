const KEY = "acting-as";

/**
 * Whom this tab acts as: `?as=alice` in the address says it first, then what was chosen in this tab before. Two tabs can be two people. A browser
 * that keeps nothing just forgets it.
 */
export function rememberedUser(): string | null {
  const asked = new URLSearchParams(location.search).get("as");
  try {
    return asked ?? sessionStorage.getItem(KEY);
  } catch {
    return asked;
  }
}

/** Remembers the user for this tab, in the address too where one stands there. */
export function rememberUser(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // Then the choice lasts until the page is loaded again.
  }
  const url = new URL(location.href);
  if (!url.searchParams.has("as")) return;
  url.searchParams.set("as", id);
  history.replaceState(null, "", url);
}
