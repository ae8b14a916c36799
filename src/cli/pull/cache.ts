/** @file Where pulled files are kept: the folder that the platform has for such things. */
import { homedir } from "node:os";
import { join } from "node:path";
import { env, platform } from "node:process";

/** SEPARABLE_CACHE, or the platform's cache folder and in it "separable". */
export function cacheFolder(): string {
  if (env.SEPARABLE_CACHE) return env.SEPARABLE_CACHE;
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "separable");
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "separable", "Cache");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "separable");
}
