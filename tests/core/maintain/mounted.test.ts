import { assert, describe, it } from "vitest"
import { findMount, mountOf } from "../../../core/maintain/mounted.ts"

const MOUNTS = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:44 / /home rw,relatime shared:2 - nfs4 server:/home rw,vers=4.2
31 30 0:45 / /home/a\\040b rw,relatime - fuse.sshfs a@b: rw
32 30 0:46 / /home/over rw - ext4 /dev/sdb1 rw
33 30 0:47 / /home/over rw - xfs /dev/sdc1 rw
`

describe("findMount", () => {
  it("finds the deepest mount above a path, and of two at one place the one that hides the other", () => {
    const typeOf = (path: string) => findMount(path, MOUNTS)?.type
    assert.strictEqual(typeOf("/"), "ext4")
    assert.strictEqual(typeOf("/homes/x"), "ext4")
    assert.strictEqual(typeOf("/home/x/artifacts-cache"), "nfs4")
    assert.strictEqual(typeOf("/home"), "nfs4")
    assert.strictEqual(typeOf("/home/a b/store"), "fuse.sshfs")
    assert.strictEqual(typeOf("/home/over/store"), "xfs")
    assert.isUndefined(findMount("/x", ""))
  })
})

describe("mountOf", () => {
  it("knows nothing of a path that is not there", () => {
    assert.isUndefined(mountOf("/no/such/path"))
  })
})
