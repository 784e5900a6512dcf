/** Arrays as constants of a program: tensors that a function closes over while it is traced. */

import { type Arrays, mapTree, type NDArray } from "../base/array.js";
import { np, type Tensor, type Tensors } from "../engine/index.js";

/** What `compile` gives for these trees as tensors, which are freed when it is done. */
export function withConstants<Out>(trees: readonly Arrays[], compile: (...constants: Tensors[]) => Out): Out {
  const held: Tensor[] = [];
  const hold = ({ data, shape, dtype }: NDArray): Tensor => {
    const values = dtype === "bool" ? Array.from(data, Boolean) : data.slice();
    const tensor = np.array(values as Float32Array<ArrayBuffer>, {
      shape: [...shape],
      dtype: np[dtype],
    });
    held.push(tensor);
    return tensor;
  };
  try {
    return compile(...trees.map((tree) => mapTree(hold, tree)));
  } finally {
    for (const tensor of held) tensor.dispose();
  }
}
