/** @file Where this very program was loaded from: a script knows that only while it begins. */
export const PROGRAM: string = typeof document === "undefined" ? "" : (document.currentScript as HTMLScriptElement).src;
