/** Arrays as constants of a program. */

import { type Arrays, mapTree, type NDArray } from "../base/array.js";
import { np, type Tensor, type Tensors } from "../engine/index.js";

/** Call `compile` with `trees` as tensors for a traced function to close over; they are freed when it returns. */
export function withConstants<Out>(trees: readonly Arrays[], compile: (...constants: Tensors[]) => Out): Out {
  const tensors: Tensor[] = [];
  const toTensor = ({ data, shape, dtype }: NDArray): Tensor => {
    const values = dtype === "bool" ? Array.from(data, Boolean) : data.slice();
    const tensor = np.array(values as Float32Array<ArrayBuffer>, {
      shape: [...shape],
      dtype: np[dtype],
    });
    tensors.push(tensor);
    return tensor;
  };
  try {
    return compile(...trees.map((tree) => mapTree(toTensor, tree)));
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}
