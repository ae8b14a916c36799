/** @file The URL of this program: a script can read it only while it first runs. */
export const PROGRAM: string = typeof document === "undefined" ? "" : (document.currentScript as HTMLScriptElement).src;
