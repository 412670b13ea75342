import { generate } from "selfsigned";

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly certPem: string;
  readonly keyPem: string;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

async function create(name: string, extensions: Extensions, authority?: Identity): Promise<Identity> {
  const ca = authority === undefined ? {} : { ca: { cert: authority.certPem, key: authority.keyPem } };
  const attributes = [{ name: "commonName", value: name }];
  const made = await generate(attributes, { keyType: "ec", algorithm: "sha256", extensions, ...ca });
  return { certPem: made.cert, keyPem: made.private };
}

/** A certificate authority of its own. */
export function createAuthority(name = "Test authority"): Promise<Identity> {
  return create(name, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

/** A certificate for a server or a client, signed by an authority: for a host's name, or for 127.0.0.1. */
export function issueCertificate(authority: Identity, host = "127.0.0.1"): Promise<Identity> {
  const extensions: Extensions = [
    { name: "basicConstraints", cA: false },
    { name: "extKeyUsage", serverAuth: true, clientAuth: true },
    { name: "subjectAltName", altNames: [host === "127.0.0.1" ? { type: 7, ip: host } : { type: 2, value: host }] },
  ];
  return create(host, extensions, authority);
}
