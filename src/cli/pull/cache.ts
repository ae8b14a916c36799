/** @file The folder in which pulled files are cached. */
import { homedir } from "node:os";
import { join } from "node:path";
import { env, platform } from "node:process";

/** SEPARABLE_CACHE, or the folder "separable" in the platform's cache folder. */
export function cacheFolder(): string {
  if (env.SEPARABLE_CACHE) return env.SEPARABLE_CACHE;
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "separable");
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "separable", "Cache");
  return join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "separable");
}
