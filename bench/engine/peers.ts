/** Every peer, by the name that `--peers` takes. */
import type { FindPeer } from "./Peer.ts"
import { findAthanor } from "./peers/athanor.ts"
import { findDoit } from "./peers/doit.ts"
import { findLoop } from "./peers/loop.ts"
import { findMake } from "./peers/make.ts"
import { findNinja } from "./peers/ninja.ts"
import { findNx } from "./peers/nx.ts"
import { findSnakemake } from "./peers/snakemake.ts"
import { findTurbo } from "./peers/turbo.ts"
import { findWireit } from "./peers/wireit.ts"

export const PEERS: { readonly [name: string]: FindPeer } = {
  loop: findLoop,
  athanor: findAthanor,
  ninja: findNinja,
  make: findMake,
  doit: findDoit,
  snakemake: findSnakemake,
  wireit: findWireit,
  turbo: findTurbo,
  nx: findNx
}
