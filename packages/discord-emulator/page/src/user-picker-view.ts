import { html, nothing, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { avatarUrl } from "./avatar.ts";
import { peopleOf } from "./directory.ts";
import { rolesOf } from "./names.ts";
import type { Snapshot } from "./session.ts";

/** Chooses the user through whose eyes the page looks, and who acts; tells which roles decide what that user may do. */
export function userPickerView({ directory, viewerId }: Snapshot, onChoose: (id: string) => void): TemplateResult {
  const { names, ownerId } = directory;
  const name = names.users.get(viewerId ?? "") ?? "?";
  const roles = rolesOf(directory, viewerId ?? "").map((role) => role.name);
  const standing = [...(viewerId !== null && viewerId === ownerId ? ["owner"] : []), ...roles].join(", ");
  return html`<label class="user-picker">
    <img src=${avatarUrl(name)} alt="" width="32" height="32" />
    <span class="user-picker-label"
      >Acting as${standing ? html`<span class="user-roles" title=${standing}>${standing}</span>` : nothing}</span
    >
    <select
      aria-label="Acting as"
      style=${styleMap({ color: names.colors.get(viewerId ?? "") })}
      .value=${viewerId ?? ""}
      @change=${(event: Event) => onChoose((event.currentTarget as HTMLSelectElement).value)}
    >
      ${peopleOf(directory).map(
        ({ id }) => html`<option value=${id} ?selected=${id === viewerId}>${names.users.get(id)}</option>`,
      )}
    </select>
  </label>`;
}
