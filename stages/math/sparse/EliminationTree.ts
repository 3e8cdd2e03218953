/**
 * The elimination tree of a symmetric matrix: column j of its Cholesky factor changes only columns on the way from j to the root.
 *
 * Source: J. W. H. Liu, The Role of Elimination Trees in Sparse Factorization, SIAM J. Matrix Anal. Appl. 11 (1990); Davis (2006),
 * sections 4.1 to 4.4. Patterns are given by rows of the lower triangle: those with k are all i < k with aₖᵢ ≠ 0; others are left out.
 */

/** Entries by rows, as a `SparseMatrix` has them. */
export interface Pattern {
  readonly starts: Int32Array
  readonly indices: Int32Array
}

/** parent[j] is the first row below the diagonal in column j of L; −1 at a root. Cost: nearly linear. */
export const eliminationTree = ({ starts, indices }: Pattern): Int32Array => {
  const n = starts.length - 1
  const parent = new Int32Array(n).fill(-1)
  const ancestor = new Int32Array(n).fill(-1)
  for (let k = 0; k < n; k++) {
    for (let p = starts[k]!; p < starts[k + 1]!; p++) {
      // Every vertex on the way to the root is led straight to k, which later walks use.
      for (let i = indices[p]!; i !== -1 && i < k; ) {
        const next = ancestor[i]!
        ancestor[i] = k
        if (next === -1) parent[i] = k
        i = next
      }
    }
  }
  return parent
}

/** order[k] is the k-th vertex when children come before parents, and a subtree in one piece. */
export const postorder = (parent: Int32Array): Int32Array => {
  const n = parent.length
  const firstChild = new Int32Array(n).fill(-1)
  const sibling = new Int32Array(n).fill(-1)
  for (let j = n - 1; j >= 0; j--) {
    if (parent[j] === -1) continue
    sibling[j] = firstChild[parent[j]!]!
    firstChild[parent[j]!] = j
  }
  const order = new Int32Array(n)
  const stack = new Int32Array(n)
  let end = 0
  for (let root = 0; root < n; root++) {
    if (parent[root] !== -1) continue
    let top = 0
    stack[0] = root
    while (top >= 0) {
      const child = firstChild[stack[top]!]!
      if (child === -1) order[end++] = stack[top--]!
      else {
        firstChild[stack[top]!] = sibling[child]!
        stack[++top] = child
      }
    }
  }
  return order
}

/** Entries below the diagonal in each column of L. Cost: one step an entry of L, as few as of the factorisation are flops. */
export const columnCounts = ({ starts, indices }: Pattern, parent: Int32Array): Int32Array => {
  const n = parent.length
  const counts = new Int32Array(n)
  const seen = new Int32Array(n).fill(-1)
  for (let k = 0; k < n; k++) {
    seen[k] = k
    for (let p = starts[k]!; p < starts[k + 1]!; p++) {
      for (let i = indices[p]!; i < k && seen[i] !== k; i = parent[i]!) {
        seen[i] = k
        counts[i]!++
      }
    }
  }
  return counts
}
