import { ALL_PERMISSIONS, PERMISSION, PERMISSION_NAMES } from "../permissions/permission.ts";
import { complain, type Report } from "../validate/check.ts";

/** A set of permissions as people write it: names, or Discord's number, also as text. Complains about anything else. */
export function readPermissionSet(value: unknown, fallback: bigint, report: Report): bigint {
  if (value === undefined || value === null) return fallback;
  if (Array.isArray(value)) {
    const names = PERMISSION_NAMES.filter((name) => value.includes(name));
    if (value.every((name) => names.includes(name))) return names.reduce((set, name) => set | PERMISSION[name], 0n);
  } else if (/^\d{1,20}$/.test(String(value))) return BigInt(String(value)) & ALL_PERMISSIONS;
  complain(report, "PERMISSIONS", "names of Discord's permissions in a list, or their number");
  return fallback;
}
