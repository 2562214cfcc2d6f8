/** From the name to the socket: resolution, port, certificate. */
import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import { says } from "./probe.js";
import type { Step, Target } from "./types.js";

const day = 86_400_000;

export async function resolveStep({ url }: Target): Promise<Step> {
  const host = hostOf(url);
  const about = { step: "resolve", title: "Name" };
  if (isIP(host) !== 0) return { ...about, state: "ok", found: `${host} is an address` };
  try {
    const addresses = await lookup(host, { all: true });
    const list = addresses.map(({ address }) => address);
    return { ...about, state: "ok", found: `${host} is ${list.join(", ")}`, evidence: { addresses: list } };
  } catch {
    return { ...about, state: "failure", ...says("dns_failure", { host }) };
  }
}

export async function connectStep({ url }: Target, timeout: number): Promise<Step> {
  const about = { step: "connect", title: "Port" };
  const port = portOf(url);
  const started = performance.now();
  const socket = connect({ host: hostOf(url), port });
  const problem = await settled(socket, "connect", timeout);
  socket.destroy();
  if (problem === undefined && url.startsWith("http:") && !isNear(hostOf(url)))
    return {
      ...about,
      state: "warning",
      found: `port ${port} answers, and speaks http: the key can be read by everybody on the way`,
      fix: "Use https, or a network of your own between the two.",
    };
  if (problem === undefined) {
    const took = Math.round((performance.now() - started) * 10) / 10;
    return {
      ...about,
      state: "ok",
      found: `port ${port} answers after ${took} ms`,
      evidence: { port, milliseconds: took },
    };
  }
  if (problem === "timeout")
    return {
      ...about,
      state: "failure",
      code: "timeout",
      found: `Port ${port} does not answer within ${timeout / 1000} s: a firewall drops what is sent to it.`,
      fix: `Open port ${port} for this machine, or correct the address.`,
    };
  return { ...about, state: "failure", ...says("connection_refused", { url }) };
}

/** Undefined where http is spoken. */
export async function tlsStep({ url }: Target, timeout: number, now: number): Promise<Step | undefined> {
  if (!url.startsWith("https:")) return undefined;
  const about = { step: "tls", title: "Certificate" };
  const host = hostOf(url);
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({
    host,
    port: portOf(url),
    rejectUnauthorized: false,
    ...name,
  });
  const problem = await settled(socket, "secureConnect", timeout);
  const certificate = socket.getPeerCertificate();
  const unauthorised = reasonOf(socket);
  socket.destroy();
  if (problem !== undefined) {
    const plain = /wrong version|WRONG_VERSION|packet length/i.test(problem);
    const { code, fix } = says("tls_failure", { url, detail: problem });
    const found = plain
      ? `Port ${portOf(url)} speaks plain HTTP, not TLS.`
      : `No TLS connection was possible (${problem}).`;
    return {
      ...about,
      state: "failure",
      code,
      found,
      fix: plain ? "Use http:// in the address, or the port where TLS is served." : fix,
    };
  }
  const days = Math.floor((Date.parse(certificate.valid_to) - now) / day);
  const evidence = {
    subject: certificate.subject?.CN,
    names: certificate.subjectaltname,
    issuer: certificate.issuer?.CN,
    valid_to: certificate.valid_to,
    days,
  };
  if (unauthorised !== undefined) {
    const { code, fix } = says("tls_failure", { url, detail: unauthorised });
    return {
      ...about,
      state: "failure",
      code,
      found: `The certificate is not trusted: ${words(unauthorised, certificate, host)}.`,
      fix,
      evidence,
    };
  }
  const found = `trusted, for ${certificate.subject?.CN ?? host}, ${days} days left`;
  if (days < 15)
    return {
      ...about,
      state: "warning",
      code: "tls_failure",
      found,
      fix: "Renew the certificate; when it ends, every call fails.",
      evidence,
    };
  return { ...about, state: "ok", found, evidence };
}

/** This machine, or an address of a private network (RFC 1918, RFC 4193). */
function isNear(host: string): boolean {
  return (
    /^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd])/.test(host) || !host.includes(".")
  );
}

function reasonOf(socket: TLSSocket): string | undefined {
  const error: unknown = socket.authorizationError;
  if (error === null || error === undefined) return undefined;
  return error instanceof Error ? ("code" in error ? String(error.code) : error.message) : String(error);
}

function words(reason: string, certificate: PeerCertificate, host: string): string {
  if (/EXPIRED/.test(reason)) return `it ended on ${certificate.valid_to}`;
  if (/ALTNAME|HOSTNAME/.test(reason))
    return `it is for ${certificate.subjectaltname ?? certificate.subject?.CN}, not for ${host}`;
  if (/SELF_SIGNED/.test(reason)) return "it or its authority signed itself";
  if (/UNABLE_TO/.test(reason)) return "the chain to a known authority is not complete";
  return reason;
}

/** Undefined when the event came; "timeout", or the error's code. */
function settled(socket: Socket, event: string, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.setTimeout(timeout, () => resolve("timeout"));
    socket.once(event, () => resolve(undefined));
    socket.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
}
