/** Opens a page with whatever the system opens pages with. */
import { spawn } from "node:child_process"
import { print } from "./output.ts"

export const openInBrowser = (file: string): void => {
  const commands: { readonly [platform: string]: readonly [string, ...ReadonlyArray<string>] } = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", ""]
  }
  const [command, ...options] = commands[process.platform] ?? ["xdg-open"]
  spawn(command, [...options, file], { detached: true, stdio: "ignore" })
    .on("error", () => print(`(no program found to open ${file})`))
    .unref()
}
