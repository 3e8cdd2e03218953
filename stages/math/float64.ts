/** Elements of tensors in the precision of most stages. */
import type { Tensor } from "athanor/stage"

/** Float64 elements of a tensor; a view when they are that already. */
export const float64 = ({ data }: Tensor): Float64Array =>
  data instanceof Float64Array ? data : Float64Array.from(data)
