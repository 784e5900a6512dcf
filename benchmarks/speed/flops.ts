/**
 * What a workload costs by its shapes, whoever runs it.
 *
 * The counting rule: matrix products and convolutions only, at two operations a multiplication and addition, and
 * no padding examples. Everything else (normalisation, activation, pooling, Adam) costs memory traffic, not
 * operations. `bytes` are the float32 operands and results of those products, each read or written once a product.
 *
 * A product y = x·w is differentiated by two more of its size, dx and dw; only dw where x is data. These three are
 * bilinear, so the derivative of a gradient step has two products for each: 9 in all, and 4 where x is data.
 */

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** One layer's product; `first` where its input is data. */
export interface Layer extends Cost {
  readonly first: boolean;
}

export const times = (count: number, { flops, bytes }: Cost): Cost => ({
  flops: count * flops,
  bytes: count * bytes,
});

export const sum = (...costs: readonly Cost[]): Cost => ({
  flops: costs.reduce((total, { flops }) => total + flops, 0),
  bytes: costs.reduce((total, { bytes }) => total + bytes, 0),
});

const layer = (multiplications: number, elements: number, first: boolean): Layer => ({
  flops: 2 * multiplications,
  bytes: 4 * elements,
  first,
});

/** A linear layer over `n` examples. */
export const linear = (n: number, from: number, to: number, first = false): Layer =>
  layer(n * from * to, n * from + from * to + n * to, first);

/** Conv4's layers over `n` images of `side`², `channels`: convolutions of width 3, each followed by a halving. */
export function conv4(n: number, side = 28, channels = 1, width = 64): Layer[] {
  return [0, 1, 2, 3].map((i) => {
    const [area, from] = [(side >> i) ** 2, i === 0 ? channels : width];
    return layer(n * area * 9 * from * width, n * area * (from + width) + 9 * from * width, i === 0);
  });
}

/** A multilayer perceptron over `n` examples; `data` where its input is. */
export const mlp = (n: number, sizes: readonly number[], data = true): Layer[] =>
  sizes.slice(1).map((to, i) => linear(n, sizes[i], to, data && i === 0));

const passes = (layers: readonly Layer[], first: number, later: number): Cost =>
  sum(...layers.map((each) => times(each.first ? first : later, each)));

export const forward = (layers: readonly Layer[]): Cost => passes(layers, 1, 1);

/** Forward and gradient. */
export const gradient = (layers: readonly Layer[]): Cost => passes(layers, 2, 3);

/** Forward, gradient, and the derivative of both. */
export const secondOrder = (layers: readonly Layer[]): Cost => passes(layers, 4, 9);
