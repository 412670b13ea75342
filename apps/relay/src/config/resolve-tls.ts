import { createPrivateKey, X509Certificate } from "node:crypto";
import type { TlsConfig } from "./config.ts";
import type { ConfigFile } from "./config-schema.ts";
import type { SecretSource } from "./resolve-secret.ts";

type DestinationFile = NonNullable<ConfigFile["destinations"]>[string];
type PemField = "ssl_ca" | "ssl_cert" | "ssl_key";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Reads certificates and key, and adds an issue, which shows nothing of them, for what cannot be used. */
export function resolveTls(
  source: SecretSource,
  path: readonly string[],
  file: DestinationFile,
): TlsConfig | undefined {
  const { ssl_ca, ssl_cert, ssl_key, insecure_skip_verify: isUnverified = false } = file;
  if (ssl_ca === undefined && ssl_cert === undefined && ssl_key === undefined && !isUnverified) return undefined;
  const read = (field: PemField, kind: string, isUsable: (pem: string) => boolean): string | undefined => {
    const name = file[field];
    if (name === undefined) return undefined;
    const pem = source.readSecretFile(name);
    if (pem !== null && isUsable(pem)) return pem;
    const found = pem === null ? "a file that cannot be read" : "a file with something else, not shown";
    source.issues.push(source.document.issueAt([...path, field], { found, expected: `a file with ${kind}` }));
    return undefined;
  };
  const caPem = read("ssl_ca", "certificates in PEM form", isCertificates);
  const certPem = read("ssl_cert", "a certificate in PEM form", isCertificates);
  const keyPem = read("ssl_key", "a private key in PEM form, without a passphrase", isPrivateKey);
  checkPair(source, path, { file, certPem, keyPem });
  return {
    isVerified: !isUnverified,
    ...(caPem === undefined ? {} : { caPem }),
    ...(certPem === undefined ? {} : { certPem }),
    ...(keyPem === undefined ? {} : { keyPem }),
  };
}

function checkPair(
  { document, issues }: SecretSource,
  path: readonly string[],
  pair: { readonly file: DestinationFile; readonly certPem: string | undefined; readonly keyPem: string | undefined },
): void {
  const { file, certPem, keyPem } = pair;
  if ((file.ssl_cert === undefined) !== (file.ssl_key === undefined)) {
    const [there, absent] = file.ssl_key === undefined ? ["ssl_cert", "ssl_key"] : ["ssl_key", "ssl_cert"];
    issues.push(document.issueAt([...path, there], { found: `no ${absent}`, expected: "both or neither of the two" }));
  }
  if (certPem === undefined || keyPem === undefined) return;
  if (new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem))) return;
  issues.push(
    document.issueAt([...path, "ssl_key"], {
      found: "the key of another certificate",
      expected: "the key of the first certificate of ssl_cert",
    }),
  );
}

function isCertificates(pem: string): boolean {
  const certificates = pem.match(CERTIFICATE) ?? [];
  return (
    certificates.length > 0 && certificates.every((certificate) => canRead(() => new X509Certificate(certificate)))
  );
}

const isPrivateKey = (pem: string): boolean => canRead(() => createPrivateKey(pem));

/** The parsers throw for what they cannot read; what they say of it is of no use to an operator. */
function canRead(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
