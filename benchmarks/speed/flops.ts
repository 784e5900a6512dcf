/**
 * The cost of a workload, derived from its shapes and independent of the implementation.
 *
 * Only matrix products and convolutions count, with two operations per multiply-add and without padding examples.
 * Everything else (normalisation, activation, pooling, Adam) is memory traffic. `bytes` are the float32 operands and
 * results of the products, each read or written once per product.
 *
 * The gradient of y = x·w takes two more products of the same size, dx and dw; only dw if x is data. These three are
 * bilinear, so differentiating a gradient step takes two products for each: 9 in total, and 4 if x is data.
 */

export interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** The product of one layer. */
export interface Layer extends Cost {
  /** Whether its input is data, which needs no gradient. */
  readonly isFirst: boolean;
}

export const times = (count: number, { flops, bytes }: Cost): Cost => ({
  flops: count * flops,
  bytes: count * bytes,
});

export const sum = (...costs: readonly Cost[]): Cost => ({
  flops: costs.reduce((total, { flops }) => total + flops, 0),
  bytes: costs.reduce((total, { bytes }) => total + bytes, 0),
});

const layer = (multiplyAdds: number, elements: number, isFirst: boolean): Layer => ({
  flops: 2 * multiplyAdds,
  bytes: 4 * elements,
  isFirst,
});

/** A linear layer on `n` examples. */
export const linear = (n: number, inputs: number, outputs: number, isFirst = false): Layer =>
  layer(n * inputs * outputs, n * inputs + inputs * outputs + n * outputs, isFirst);

/** Conv4 on `n` images [size, size, channels]: 3×3 convolutions, each followed by 2×2 pooling. */
export function conv4(n: number, size = 28, channels = 1, width = 64): Layer[] {
  return [0, 1, 2, 3].map((i) => {
    const [area, inputs] = [(size >> i) ** 2, i === 0 ? channels : width];
    return layer(n * area * 9 * inputs * width, n * area * (inputs + width) + 9 * inputs * width, i === 0);
  });
}

/** Conv4 with a linear head for five classes. */
export const conv4WithHead = (n: number): Layer[] => [...conv4(n), linear(n, 64, 5)];

/** A multilayer perceptron on `n` examples, whose input is data. */
export const mlp = (n: number, sizes: readonly number[]): Layer[] =>
  sizes.slice(1).map((outputs, i) => linear(n, sizes[i], outputs, i === 0));

/** Sum of the layers' products, counted `first` times for the first layer and `other` times for the others. */
const products = (layers: readonly Layer[], first: number, other: number): Cost =>
  sum(...layers.map((each) => times(each.isFirst ? first : other, each)));

/** Forward pass. */
export const forward = (layers: readonly Layer[]): Cost => products(layers, 1, 1);

/** Forward pass and gradient. */
export const gradient = (layers: readonly Layer[]): Cost => products(layers, 2, 3);

/** Forward pass, gradient, and the derivative of both. */
export const secondOrder = (layers: readonly Layer[]): Cost => products(layers, 4, 9);
