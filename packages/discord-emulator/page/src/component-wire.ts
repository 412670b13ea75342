import type { Emoji } from "./emoji.ts";

/** A choice of a string select, radio group or checkbox group. */
export interface SelectOption {
  readonly label: string;
  readonly value: string;
  readonly description?: string | null;
  readonly emoji?: Emoji;
  readonly default?: boolean;
}

interface Media {
  readonly url?: string;
}

/** Any component of a message or modal; which fields are set depends on `type` (docs: components/reference). */
export interface Component {
  readonly type: number;
  readonly id?: number;
  readonly custom_id?: string;
  readonly style?: number;
  readonly label?: string | null;
  readonly description?: string | null;
  readonly emoji?: Emoji;
  readonly url?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string | null;
  readonly content?: string;
  readonly accent_color?: number | null;
  readonly spoiler?: boolean;
  readonly divider?: boolean;
  /** Of a separator: 1 small, 2 large. */
  readonly spacing?: number;
  readonly components?: readonly Component[];
  readonly accessory?: Component;
  /** What a label stands for. */
  readonly component?: Component;
  readonly options?: readonly SelectOption[];
  readonly min_values?: number;
  readonly max_values?: number;
  readonly default_values?: readonly { readonly id: string; readonly type?: string }[];
  readonly channel_types?: readonly number[];
  readonly required?: boolean;
  /** Of a checkbox: whether it is ticked at first. */
  readonly default?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly value?: string;
  readonly media?: Media;
  readonly file?: Media;
  readonly name?: string;
  readonly size?: number;
  readonly items?: readonly {
    readonly media?: Media;
    readonly description?: string | null;
    readonly spoiler?: boolean;
  }[];
}
