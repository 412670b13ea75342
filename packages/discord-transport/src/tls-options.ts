import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { misuse } from "./errors.ts";

/** How to reach a server that is not known to everybody: texts, not files. Of the key nothing is ever shown. */
export interface TlsOptions {
  /** The authorities to trust, in PEM, instead of those that Node trusts. One or more certificates. */
  readonly caPem?: string;
  /** Our own certificate, in PEM, with its chain: shown to a server that asks who we are. Needs `keyPem`. */
  readonly certPem?: string;
  /** The key of `certPem`, in PEM, without a passphrase. A secret. */
  readonly keyPem?: string;
  /** Whether the server's certificate must be right. `false` lets anybody in between read the token. @default true */
  readonly isVerified?: boolean;
  /** The name that the server's certificate must have. @default the host of the address */
  readonly servername?: string;
}

/** {@link TlsOptions} as `tls.connect` takes them. */
export interface TlsConnectOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs;

/** Checks the options and reads the PEM texts once, for all connections. Throws `TRANSPORT_OPTION_INVALID`. */
export function toTlsConnectOptions(tls: TlsOptions): TlsConnectOptions {
  const { caPem, certPem, keyPem, isVerified = true, servername } = tls;
  if ((certPem === undefined) !== (keyPem === undefined)) throw invalid("certPem and keyPem need each other");
  if (servername !== undefined && (servername === "" || isIP(servername) !== 0)) {
    throw invalid("servername must be a name, not an IP address");
  }
  if (caPem !== undefined) checkAuthorities(caPem);
  const secureContext = read("certPem and keyPem", () =>
    createSecureContext({
      ...(caPem === undefined ? {} : { ca: caPem }),
      ...(certPem === undefined ? {} : { cert: certPem }),
      ...(keyPem === undefined ? {} : { key: keyPem }),
    }),
  );
  return { secureContext, rejectUnauthorized: isVerified, ...(servername === undefined ? {} : { servername }) };
}

/** OpenSSL passes over what it cannot read here, and would then trust nobody. */
function checkAuthorities(caPem: string): void {
  const certificates = caPem.match(CERTIFICATE);
  if (certificates === null) throw invalid("caPem holds no certificate in PEM");
  for (const certificate of certificates) read("caPem", () => new X509Certificate(certificate));
}

function read<T>(names: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // OpenSSL's code only: not its message, and not the error as a cause.
    const { code = "not PEM" } = error as { readonly code?: string };
    throw invalid(`${names} cannot be read or do not fit together (${code})`);
  }
}

function invalid(message: string): Error {
  return misuse("TRANSPORT_OPTION_INVALID", `tls: ${message}`);
}
