/**
 * @file Downloads one file over HTTP, and resumes after the connection breaks.
 *
 * Source: RFC 9110, sections 13.1.5 (If-Range) and 14 (ranges).
 */
import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FormatError } from "../../tensor/errors.ts";

export interface DownloadOptions {
  /** Called with the bytes received and their total, null if the server does not state it. */
  readonly onProgress?: (bytes: number, of: number | null) => void;
  /** Milliseconds before the first retry; doubles with each further one. Default 500. */
  readonly pause?: number;
}

export interface Downloaded {
  /** SHA-256 that the server states for the file, if it does; Hugging Face's does. */
  readonly sha256: string | null;
}

const ATTEMPTS = 5;
const MAX_REDIRECTS = 5;

/** Milliseconds without data after which a connection counts as broken. */
const SILENCE = 60_000;

/** A transient failure, worth retrying: a broken connection, a busy server. */
class Passing extends Error {}

/**
 * Downloads to `path`, and keeps the ETag beside it. Resumes where an earlier attempt or process stopped if the server
 * still has the same file.
 *
 * @throws FormatError with advice, after five attempts if the failure is transient; the bytes received are kept
 */
export async function download(url: string, path: string, options: DownloadOptions = {}): Promise<Downloaded> {
  const { pause = 500 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(url, path, options);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (attempt === ATTEMPTS) {
        const cause = error.cause ?? error;
        throw new FormatError(`${url}: ${error.message}, after ${ATTEMPTS} attempts. ${advice(url, cause)}`, { cause });
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 2 ** (attempt - 1)));
    }
  }
}

/** Path of the ETag beside a file that is incomplete or not yet verified. The caller removes it. */
export function tagFileOf(path: string): string {
  return `${path}.etag`;
}

async function once(url: string, path: string, { onProgress }: DownloadOptions): Promise<Downloaded> {
  const tagFile = tagFileOf(path);
  const tag = await readFile(tagFile, "utf8").catch(() => "");
  const have = tag === "" ? 0 : ((await stat(path).catch(() => null))?.size ?? 0);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, "if-range": tag } : {};
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE);
  try {
    const { response, sha256 } = await follow(url, headers, silence.signal);
    const isRest = response.status === 206;
    if (isRest && !response.headers.get("content-range")?.startsWith(`bytes ${have}-`)) {
      await rm(tagFile, { force: true });
      throw new Passing(`asked for bytes from ${have} on, got ${response.headers.get("content-range") ?? "others"}`);
    }
    if (response.status === 416) {
      // The server's file has no bytes beyond those here, or is a different file.
      await rm(tagFile, { force: true });
      throw new Passing("the server has another file by now");
    }
    const begin = isRest ? have : 0;
    const length = response.headers.get("content-length");
    const packed = response.headers.get("content-encoding") !== null;
    const total = length === null || packed ? null : begin + Number(length);
    const newTag = response.headers.get("etag") ?? "";
    // A weak ETag does not guarantee identical bytes.
    if (!isRest) await writeFile(tagFile, newTag.startsWith("W/") ? "" : newTag);
    let bytes = begin;
    onProgress?.(bytes, total);
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    body.on("data", (chunk: Uint8Array) => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE);
      bytes += chunk.length;
      onProgress?.(bytes, total);
    });
    await pipeline(body, createWriteStream(path, { flags: isRest ? "a" : "w" })).catch(
      (cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOSPC" || cause.code === "EACCES" || cause.code === "EROFS") {
          throw new FormatError(`${path}: cannot be written (${cause.message})`, { cause });
        }
        throw new Passing(`cut off at byte ${bytes}${total === null ? "" : ` of ${total}`}`, { cause });
      },
    );
    if (total !== null && bytes !== total) throw new Passing(`ended at byte ${bytes} of ${total}`);
    return { sha256 };
  } finally {
    clearTimeout(timer);
  }
}

/** Follows redirects manually: otherwise the first server's headers, with the hash, are lost. */
async function follow(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly sha256: string | null }> {
  let at = urlFrom(url, url);
  let sha256: string | null = null;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    // No compression, so that lengths and ranges are those of the file itself.
    const own = { ...headers, "accept-encoding": "identity" };
    const response = await fetch(at, { headers: own, redirect: "manual", signal }).catch((cause: Error) => {
      throw new Passing(`${at.host} cannot be reached (${reasonOf(cause)})`, { cause });
    });
    // Only the original server is trusted for the hash, not those that it redirects to.
    const linked = /^"?([0-9a-f]{64})"?$/.exec(response.headers.get("x-linked-etag") ?? "");
    if (redirects === 0 && linked) sha256 = linked[1];
    const { status, statusText } = response;
    if (status === 200 || status === 206 || status === 416) return { response, sha256 };
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (status >= 300 && status < 400 && location !== null) {
      const next = urlFrom(location, url, at);
      const isSafe = next.protocol === at.protocol || next.protocol === "https:";
      if (!isSafe) throw new FormatError(`${url}: leads to ${next}, needs ${at.protocol}//`);
      at = next;
      continue;
    }
    const answer = `${at.host} answered ${status} ${statusText}`.trimEnd();
    if (status >= 500 || status === 429 || status === 408) throw new Passing(answer);
    const hint =
      status === 404 ? "the file is not there any more" : status === 407 ? advice(url, null) : "it is refused";
    throw new FormatError(`${url}: ${answer}: ${hint}`);
  }
  throw new FormatError(`${url}: more than ${MAX_REDIRECTS} redirects`);
}

function urlFrom(text: string, asked: string, base?: URL): URL {
  try {
    return new URL(text, base);
  } catch (cause) {
    throw new FormatError(`${asked}: ${JSON.stringify(text)} is no address, needs one such as https://…`, { cause });
  }
}

function reasonOf(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}

/** Returns advice for machines that are offline or behind a proxy. */
function advice(url: string, cause: unknown): string {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const proxy = (HTTPS_PROXY ?? https_proxy ?? HTTP_PROXY ?? http_proxy)?.replace(/\/\/[^/@]*@/, "//"); // without a password
  const manually = `curl -L -o FILE ${url} and --weights FILE`;
  if (proxy) {
    return `There is a proxy (${proxy}), which Node uses from version 24 on with NODE_USE_ENV_PROXY=1; or fetch it by hand: ${manually}`;
  }
  const code = (cause as { cause?: NodeJS.ErrnoException } | null)?.cause?.code;
  const isOffline = code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENETUNREACH";
  const what = isOffline
    ? "This machine seems to be offline; on another one"
    : "Try again, the part that has come is kept; or";
  return `${what}: ${manually}`;
}
